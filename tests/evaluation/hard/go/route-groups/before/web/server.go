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
	mux.Handle("GET /{$}", Logged(pages.Home))
	mux.Handle("POST /login", Logged(LimitBody(4096)(pages.Login)))
	mux.Handle("GET /app/board", Logged(check.User(pages.Board)))
	mux.Handle("POST /app/files", Logged(check.User(LimitBody(1<<30)(pages.Upload))))
	mux.Handle("GET /app/billing/invoices", Logged(check.User(pages.Invoices)))
	mux.Handle("POST /app/billing/payment", Logged(check.User(pages.Payment)))
	mux.Handle("GET /app/admin/users", Logged(check.User(check.Admin(pages.Users))))
	mux.Handle("GET /app/admin/flags", Logged(check.User(check.Admin(pages.Flags))))
	return mux
}
