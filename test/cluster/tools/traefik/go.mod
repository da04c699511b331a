module backsoon.dev/tools/traefik

go 1.26.0

tool github.com/traefik/traefik/v3/cmd/traefik

require github.com/traefik/traefik/v3 v3.7.9

// Traefik's own forks: replacements do not travel with a module, so they are said again here.
replace (
	github.com/abbot/go-http-auth => github.com/containous/go-http-auth v0.4.1-0.20200324110947-a37a7636d23e
	github.com/gorilla/mux => github.com/containous/mux v0.0.0-20250523120546-41b6ec3aed59
)

// A module inside Traefik's repository that is published nowhere: two empty extension points.
replace github.com/traefik/traefik/dynamic/ext => ./ext

exclude github.com/tencentcloud/tencentcloud-sdk-go v3.0.83+incompatible
