// Package ext stands in for Traefik's extension points, which its open-source build leaves empty.
package ext

// HTTP has no extension fields here.
type HTTP struct{}

// Router has no extension fields here.
type Router struct{}
