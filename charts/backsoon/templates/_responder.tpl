{{- /* Labels of the responder's objects. */ -}}
{{- define "backsoon.responderLabels" -}}
{{ include "backsoon.selectorLabels" "responder" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: backsoon
backsoon.dev/install: {{ .Release.Namespace }}
backsoon.dev/role: responder
{{- end -}}

{{- /* The responder's objects as a YAML stream: the operator applies them, Helm does not. */ -}}
{{- define "backsoon.responder" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: backsoon-responder
  namespace: {{ .Release.Namespace }}
  labels: {{- include "backsoon.responderLabels" . | nindent 4 }}
spec:
  replicas: {{ .Values.responder.replicas }}
  revisionHistoryLimit: 3
  selector:
    matchLabels: {{- include "backsoon.selectorLabels" "responder" | nindent 6 }}
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  template:
    metadata:
      labels:
        {{- include "backsoon.responderLabels" . | nindent 8 }}
        {{- with .Values.responder.podLabels }}{{ toYaml . | nindent 8 }}{{ end }}
      {{- with .Values.responder.podAnnotations }}
      annotations: {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: backsoon-responder
      # It drains for 15 s after SIGTERM: gates go on asking while endpoints change.
      terminationGracePeriodSeconds: 30
      securityContext: {{- include "backsoon.podSecurityContext" . | nindent 8 }}
      {{- with .Values.image.pullSecrets }}
      imagePullSecrets: {{- toYaml . | nindent 8 }}
      {{- end }}
      topologySpreadConstraints: {{- include "backsoon.topologySpread" "responder" | trim | nindent 8 }}
      {{- with include "backsoon.placement" .Values.responder | trim }}{{ . | nindent 6 }}{{ end }}
      containers:
        - name: responder
          image: {{ include "backsoon.image" . }}
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          args: [responder]
          env:
            {{- include "backsoon.env" . | nindent 12 }}
            - { name: BACKSOON_ACCESS_LOG, value: {{ .Values.responder.accessLog | quote }} }
          ports:
            - { name: gate, containerPort: 8080, protocol: TCP }
            - { name: admin, containerPort: 9090, protocol: TCP }
          # A dead replica that is still Ready costs visitors 500s: hence the short period.
          readinessProbe:
            httpGet: { path: /readyz, port: admin }
            periodSeconds: 1
            timeoutSeconds: 1
            failureThreshold: 2
          livenessProbe:
            httpGet: { path: /healthz, port: admin }
            initialDelaySeconds: 5
            periodSeconds: 10
            timeoutSeconds: 3
            failureThreshold: 3
          resources: {{- toYaml .Values.responder.resources | nindent 12 }}
          securityContext: {{- include "backsoon.securityContext" . | nindent 12 }}
          volumeMounts:
            - { name: keys, mountPath: /etc/backsoon/keys, readOnly: true }
      volumes:
        - name: keys
          secret: { secretName: backsoon-keys, optional: false }
---
apiVersion: v1
kind: Service
metadata:
  name: backsoon-responder
  namespace: {{ .Release.Namespace }}
  labels: {{- include "backsoon.responderLabels" . | nindent 4 }}
spec:
  type: ClusterIP
  selector: {{- include "backsoon.selectorLabels" "responder" | nindent 4 }}
  ports:
    - { name: gate, port: 80, targetPort: gate, protocol: TCP, appProtocol: http }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: backsoon-responder
  namespace: {{ .Release.Namespace }}
  labels: {{- include "backsoon.responderLabels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {{- include "backsoon.selectorLabels" "responder" | nindent 6 }}
{{- end -}}
