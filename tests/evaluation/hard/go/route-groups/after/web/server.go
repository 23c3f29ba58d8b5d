package web

import "net/http"

// Pages are the handlers of the program.
type Pages struct {
	Home, Login, Board, Upload, Invoices, Payment, Users, Flags http.Handler
}

// Checks let only some users pass.
type Checks struct {
	User, Billing, Admin Middleware
}

// Routes returns the handler of the whole program.
func Routes(pages Pages, check Checks) http.Handler {
	mux := http.NewServeMux()
	root := NewGroup(mux)
	root.Use(Recovered, Logged)
	root.Handle("GET /{$}", pages.Home)
	root.Group("", LimitBody(4096)).Handle("POST /login", pages.Login)

	app := root.Group("/app")
	app.Use(check.User)
	app.Handle("GET /board", pages.Board)
	app.Group("", LimitBody(1<<30)).Handle("POST /files", pages.Upload)

	admin, billing := app.Group("/admin", check.Admin), app.Group("/billing", check.Billing)
	admin.Handle("GET /users", pages.Users)
	admin.Handle("GET /flags", pages.Flags)
	billing.Handle("GET /invoices", pages.Invoices)
	billing.Handle("POST /payment", pages.Payment)
	return mux
}
