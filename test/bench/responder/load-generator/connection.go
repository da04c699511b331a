package main

import (
	"bytes"
	"fmt"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

type state int

const (
	free state = iota
	// The handshake is under way; the request waits for it.
	connecting
	asking
	// The answer is complete; the server has announced that it ends the connection.
	ending
)

type connection struct {
	fd      int
	state   state
	request []byte
	// When its request was due.
	due    time.Time
	buffer []byte
	filled int
	// Length of the whole answer; 0 until its head is complete.
	expected int
}

const largestAnswer = 128 * 1024

func (c *connection) dial(port int, source byte) error {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	if err := syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1); err != nil {
		return err
	}
	// The port is chosen at connect, per address: many addresses have ports enough for connections that linger.
	const bindAddressNoPort = 24
	if err := syscall.SetsockoptInt(fd, syscall.IPPROTO_IP, bindAddressNoPort, 1); err != nil {
		return err
	}
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 1, source}}); err != nil {
		return err
	}
	err = syscall.Connect(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}, Port: port})
	if err != nil && err != syscall.EINPROGRESS {
		return fmt.Errorf("connect: %w", err)
	}
	c.fd = fd
	c.filled = 0
	return nil
}

func (c *connection) send() error {
	n, _, errno := syscall.RawSyscall(syscall.SYS_WRITE, uintptr(c.fd), uintptr(unsafe.Pointer(&c.request[0])), uintptr(len(c.request)))
	if errno != 0 {
		return fmt.Errorf("write: %w", errno)
	}
	if int(n) != len(c.request) {
		return fmt.Errorf("the server took only %d of %d bytes of a request", n, len(c.request))
	}
	c.state = asking
	c.filled = 0
	c.expected = 0
	return nil
}

// read takes what has come; done: the answer is whole. ended: the server has ended the connection.
func (c *connection) read(status string) (done, ended bool, err error) {
	room := c.buffer[c.filled:]
	n, _, errno := syscall.RawSyscall(syscall.SYS_READ, uintptr(c.fd), uintptr(unsafe.Pointer(&room[0])), uintptr(len(room)))
	if errno == syscall.EAGAIN {
		return false, false, nil
	}
	if errno != 0 {
		return false, false, fmt.Errorf("read: %w", errno)
	}
	if n == 0 {
		return false, true, nil
	}
	if c.state != asking {
		return false, false, fmt.Errorf("bytes that nobody asked for: %q", room[:n])
	}
	c.filled += int(n)
	if c.expected == 0 {
		if err := c.readHead(status); err != nil {
			return false, false, err
		}
	}
	if c.expected > 0 && c.filled > c.expected {
		return false, false, fmt.Errorf("an answer of %d bytes is followed by %q", c.expected, c.buffer[c.expected:c.filled])
	}
	if c.filled == len(c.buffer) {
		return false, false, fmt.Errorf("an answer has more than %d bytes", len(c.buffer))
	}
	return c.expected > 0 && c.filled == c.expected, false, nil
}

var (
	headEnd      = []byte("\r\n\r\n")
	lengthNames  = [][]byte{[]byte("\r\nContent-Length: "), []byte("\r\ncontent-length: ")}
	statusPrefix = "HTTP/1.1 "
)

func (c *connection) readHead(status string) error {
	answer := c.buffer[:c.filled]
	end := bytes.Index(answer, headEnd)
	if end < 0 {
		return nil
	}
	head := answer[:end+2]
	if len(head) < 12 || string(head[:9]) != statusPrefix || string(head[9:12]) != status {
		return fmt.Errorf("expected status %s: %q", status, answer)
	}
	for _, name := range lengthNames {
		at := bytes.Index(head, name)
		if at < 0 {
			continue
		}
		digits := head[at+len(name):]
		length, err := strconv.Atoi(string(digits[:bytes.IndexByte(digits, '\r')]))
		if err != nil {
			return fmt.Errorf("Content-Length of %q: %w", head, err)
		}
		c.expected = end + len(headEnd) + length
		return nil
	}
	return fmt.Errorf("an answer without Content-Length: %q", head)
}
