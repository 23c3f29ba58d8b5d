package web

import (
	"net/http"
	"slices"
	"strings"
)

// Group is a set of routes with a common prefix and common middleware. Groups are made when the program starts,
// and are not safe for concurrent use.
type Group struct {
	mux        *http.ServeMux
	prefix     string
	middleware []Middleware // the outermost first
}

// NewGroup returns the outermost group of a mux.
func NewGroup(mux *http.ServeMux) *Group {
	return &Group{mux: mux}
}

// Use adds middleware to a group, for the routes and groups that are added to it later.
func (g *Group) Use(more ...Middleware) {
	g.middleware = append(g.middleware, more...)
}

// Group returns a group within this one. Its middleware runs inside of that of this group.
func (g *Group) Group(prefix string, more ...Middleware) *Group {
	if prefix != "" && (!strings.HasPrefix(prefix, "/") || strings.HasSuffix(prefix, "/")) {
		panic("web: the prefix of a group begins with a slash and does not end with one: " + prefix)
	}
	return &Group{
		mux:        g.mux,
		prefix:     g.prefix + prefix,
		middleware: append(g.middleware, more...),
	}
}

// Handle adds a route: a method, a space and a path below the prefix of the group.
func (g *Group) Handle(route string, handler http.Handler) {
	method, path, ok := strings.Cut(route, " ")
	if !ok || !strings.HasPrefix(path, "/") {
		panic("web: a route has a method and a path: " + route)
	}
	for _, wrap := range slices.Backward(g.middleware) {
		handler = wrap(handler)
	}
	g.mux.Handle(method+" "+g.prefix+path, handler)
}
