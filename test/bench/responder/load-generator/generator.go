package main

import (
	"fmt"
	"syscall"
	"time"
	"unsafe"
)

type generator struct {
	options
	epoll       int
	connections []connection
	// Indices of the connections that wait for a request; used in turn, so that all stay warm.
	free      []int
	asking    int
	next      int
	dialled   int
	latencies []uint32
	bytes     int
	unsent    int
	// Set when the time is over: nobody asks any more.
	isOver bool
}

// How long answers that are still on their way may take after the end.
const patience = 5 * time.Second

// More than any server here answers in a second.
const mostPerSecond = 250_000

func newGenerator(o options) (*generator, error) {
	epoll, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	g := &generator{
		options:     o,
		epoll:       epoll,
		connections: make([]connection, o.connections),
		free:        make([]int, 0, o.connections),
		latencies:   make([]uint32, 0, int(mostPerSecond*(o.seconds+1))),
	}
	// Pages are touched now, not while the clock runs.
	clear(g.latencies[:cap(g.latencies)])
	for i := range g.connections {
		g.connections[i].buffer = make([]byte, largestAnswer)
		if !g.isFresh() {
			if err := g.dial(i); err != nil {
				return nil, err
			}
		}
		g.free = append(g.free, i)
	}
	return g, nil
}

// isFresh: each request has a connection of its own.
func (g *generator) isFresh() bool { return g.closes != "nobody" }

func (g *generator) dial(i int) error {
	g.dialled++
	c := &g.connections[i]
	if err := c.dial(g.port, byte(1+g.dialled%200)); err != nil {
		return err
	}
	events := uint32(syscall.EPOLLIN)
	if g.isFresh() {
		events = syscall.EPOLLOUT
	}
	return syscall.EpollCtl(g.epoll, syscall.EPOLL_CTL_ADD, c.fd, &syscall.EpollEvent{Events: events, Fd: int32(i)})
}

// run asks until the time is over and all answers are there.
func (g *generator) run() (time.Duration, error) {
	events := make([]syscall.EpollEvent, len(g.connections))
	start := time.Now()
	if g.rate == 0 {
		for len(g.free) > 0 {
			if err := g.ask(start); err != nil {
				return 0, err
			}
		}
	}
	length := time.Duration(g.seconds * float64(time.Second))
	sent := 0
	for {
		elapsed := time.Since(start)
		g.isOver = elapsed >= length
		if g.isOver && g.asking == 0 {
			g.unsent = max(0, int(g.rate*g.seconds)-sent)
			return elapsed, nil
		}
		if elapsed > length+patience {
			return 0, fmt.Errorf("%d requests have no answer %s after the end", g.asking, patience)
		}
		if !g.isOver && g.rate > 0 {
			n, err := g.askWhatIsDue(start, elapsed, sent)
			if err != nil {
				return 0, err
			}
			sent += n
		}
		if err := g.receive(events); err != nil {
			return 0, err
		}
	}
}

// askWhatIsDue sends the requests of the schedule whose time has come, as far as connections are free.
func (g *generator) askWhatIsDue(start time.Time, elapsed time.Duration, sent int) (int, error) {
	due := int(elapsed.Seconds() * g.rate)
	asked := 0
	for sent+asked < due && len(g.free) > 0 {
		at := start.Add(time.Duration(float64(sent+asked+1) / g.rate * float64(time.Second)))
		if err := g.ask(at); err != nil {
			return asked, err
		}
		asked++
	}
	return asked, nil
}

// ask sends the next request on a free connection.
func (g *generator) ask(due time.Time) error {
	i := g.free[0]
	g.free = append(g.free[:0], g.free[1:]...)
	c := &g.connections[i]
	c.due = due
	c.request = g.requests[g.next%len(g.requests)]
	g.next++
	g.asking++
	if !g.isFresh() {
		return c.send()
	}
	c.state = connecting
	return g.dial(i)
}

func (g *generator) receive(events []syscall.EpollEvent) error {
	n, _, errno := syscall.RawSyscall6(syscall.SYS_EPOLL_PWAIT, uintptr(g.epoll), uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), 0, 0, 0)
	if errno == syscall.EINTR {
		return nil
	}
	if errno != 0 {
		return fmt.Errorf("epoll: %w", errno)
	}
	for _, event := range events[:n] {
		if err := g.handle(int(event.Fd)); err != nil {
			return err
		}
	}
	return nil
}

func (g *generator) handle(i int) error {
	c := &g.connections[i]
	if c.state == connecting {
		if err := c.send(); err != nil {
			return err
		}
		return syscall.EpollCtl(g.epoll, syscall.EPOLL_CTL_MOD, c.fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(i)})
	}
	done, ended, err := c.read(g.status)
	if err != nil {
		return err
	}
	if ended {
		if c.state != ending {
			return fmt.Errorf("the server ended a connection before its answer was complete")
		}
		return g.finish(i)
	}
	if !done {
		return nil
	}
	g.count(c)
	if g.closes == "server" {
		c.state = ending
		return nil
	}
	return g.finish(i)
}

func (g *generator) count(c *connection) {
	latency := min(time.Since(c.due), 4*time.Second)
	g.latencies = append(g.latencies, uint32(latency))
	g.bytes += c.expected
}

// finish frees the connection; a closed loop asks again at once.
func (g *generator) finish(i int) error {
	c := &g.connections[i]
	if g.isFresh() {
		if err := syscall.Close(c.fd); err != nil {
			return err
		}
	}
	c.state = free
	g.asking--
	g.free = append(g.free, i)
	if g.rate == 0 && !g.isOver {
		return g.ask(time.Now())
	}
	return nil
}
