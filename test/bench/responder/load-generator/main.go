// Command load-generator asks one HTTP server on loopback, from one thread, and prints what it saw as JSON.
//
// With -rate it is an open loop: requests are due on a fixed schedule, whatever the server does, and each latency
// counts from the moment when its request was due, so a server that stalls cannot hide the requests that it delayed.
// Without -rate it is a closed loop: each connection asks again as soon as it has its answer.
//
// It polls epoll without ever sleeping: give it a core of its own.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"time"
)

type options struct {
	port        int
	connections int
	seconds     float64
	// Requests per second; 0: as many as are answered.
	rate float64
	// The status that every answer has to have.
	status string
	// Who ends a connection after each answer: nobody, the client or the server.
	closes   string
	requests [][]byte
}

// Latencies are in microseconds.
type result struct {
	Requests          int     `json:"requests"`
	Seconds           float64 `json:"seconds"`
	RequestsPerSecond float64 `json:"requestsPerSecond"`
	Bytes             int     `json:"bytes"`
	// Requests that were due but never sent, because no connection came free.
	Unsent int     `json:"unsent"`
	P50    float64 `json:"p50"`
	P90    float64 `json:"p90"`
	P99    float64 `json:"p99"`
	P999   float64 `json:"p999"`
	Max    float64 `json:"max"`
}

func main() {
	runtime.GOMAXPROCS(1)
	runtime.LockOSThread()
	// Everything is allocated before the first request.
	debug.SetGCPercent(-1)
	options, err := readOptions()
	if err != nil {
		fail(err)
	}
	generator, err := newGenerator(options)
	if err != nil {
		fail(err)
	}
	seconds, err := generator.run()
	if err != nil {
		fail(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(summarize(generator, seconds)); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func readOptions() (options, error) {
	var o options
	var file string
	flag.IntVar(&o.port, "port", 0, "the server's port on 127.0.0.1")
	flag.IntVar(&o.connections, "connections", 32, "how many at a time")
	flag.Float64Var(&o.seconds, "seconds", 4, "how long")
	flag.Float64Var(&o.rate, "rate", 0, "requests per second; 0: closed loop")
	flag.StringVar(&o.status, "status", "200", "the status that every answer has to have")
	flag.StringVar(&o.closes, "closes", "nobody", "who ends a connection after its answer: nobody, client or server")
	flag.StringVar(&file, "requests", "", "a JSON array of whole requests, sent in turn")
	flag.Parse()
	text, err := os.ReadFile(file)
	if err != nil {
		return o, err
	}
	var requests []string
	if err := json.Unmarshal(text, &requests); err != nil {
		return o, fmt.Errorf("%s: %w", file, err)
	}
	if len(requests) == 0 {
		return o, fmt.Errorf("%s holds no requests", file)
	}
	for _, request := range requests {
		o.requests = append(o.requests, []byte(request))
	}
	return o, nil
}

func summarize(g *generator, elapsed time.Duration) result {
	slices.Sort(g.latencies)
	count := len(g.latencies)
	quantile := func(share float64) float64 {
		if count == 0 {
			return 0
		}
		return float64(g.latencies[min(count-1, int(float64(count)*share))]) / 1000
	}
	return result{
		Requests:          count,
		Seconds:           elapsed.Seconds(),
		RequestsPerSecond: float64(count) / elapsed.Seconds(),
		Bytes:             g.bytes,
		Unsent:            g.unsent,
		P50:               quantile(0.5),
		P90:               quantile(0.9),
		P99:               quantile(0.99),
		P999:              quantile(0.999),
		Max:               quantile(1),
	}
}
