{{- /* The image, by digest where one is given. */ -}}
{{- define "backsoon.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- /* Labels by which a component's Pods are selected; they never change. Argument: the component. */ -}}
{{- define "backsoon.selectorLabels" -}}
app.kubernetes.io/name: backsoon
app.kubernetes.io/component: {{ . }}
{{- end -}}

{{- /* Labels of every object that Helm makes. Argument: { root, component }. */ -}}
{{- define "backsoon.labels" -}}
{{ include "backsoon.selectorLabels" .component }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- /* Name of an object outside the install's namespace: two installs never share one. */ -}}
{{- define "backsoon.outsideName" -}}
backsoon-operator-{{ .Release.Namespace }}
{{- end -}}
