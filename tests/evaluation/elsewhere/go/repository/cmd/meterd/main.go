package main

import (
	"database/sql"
	"log"
	"net/http"

	_ "github.com/lib/pq"

	"example.org/meterd/internal/api"
	"example.org/meterd/internal/meter"
	"example.org/meterd/internal/settings"
)

func main() {
	chosen, err := settings.Load()
	if err != nil {
		log.Fatal(err)
	}
	db, err := sql.Open("postgres", chosen.Database)
	if err != nil {
		log.Fatal(err)
	}
	db.SetMaxOpenConns(8)
	server := api.New(meter.NewPostgres(db), chosen)
	log.Fatal(http.ListenAndServe(chosen.Listen, server.Routes()))
}
