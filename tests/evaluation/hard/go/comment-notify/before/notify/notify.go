package notify

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Message is what a user is told.
type Message struct {
	User  int64
	Title string
	Link  string
}

// Channel delivers messages, for instance by mail.
type Channel interface {
	Deliver(ctx context.Context, message Message) error
}

const (
	attempts = 3
	pause    = 2 * time.Second
)

// Notifier delivers messages in the background.
type Notifier struct {
	channel Channel
	slots   chan struct{}
	running sync.WaitGroup
}

func New(channel Channel, parallel int) *Notifier {
	return &Notifier{channel: channel, slots: make(chan struct{}, parallel)}
}

// Send returns at once. The message is delivered later, under the context, and tried again if that fails.
func (n *Notifier) Send(ctx context.Context, message Message) {
	n.running.Add(1)
	go func() {
		defer n.running.Done()
		n.slots <- struct{}{}
		defer func() { <-n.slots }()
		for attempt := 1; ; attempt++ {
			err := n.channel.Deliver(ctx, message)
			if err == nil {
				return
			}
			if attempt == attempts || ctx.Err() != nil {
				slog.Warn("notification is lost", "user", message.User, "error", err)
				return
			}
			time.Sleep(pause)
		}
	}()
}

// Wait returns when all messages have been delivered or given up.
func (n *Notifier) Wait() {
	n.running.Wait()
}
