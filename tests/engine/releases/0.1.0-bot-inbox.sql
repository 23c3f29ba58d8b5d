BEGIN TRANSACTION;
CREATE TABLE deliveries (
	number INTEGER NOT NULL, 
	id VARCHAR NOT NULL, 
	event VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	received DATETIME NOT NULL, 
	read DATETIME, 
	error TEXT, 
	PRIMARY KEY (number), 
	UNIQUE (id)
);
INSERT INTO "deliveries" VALUES(1,'d-unread','pull_request','{"action": "opened"}','2026-10-01 09:00:00.000000',NULL,NULL);
INSERT INTO "deliveries" VALUES(2,'d-read','pull_request','{"action": "closed"}','2026-10-01 09:00:00.000000','2026-10-01 09:00:00.000000',NULL);
INSERT INTO "deliveries" VALUES(3,'d-bad','pull_request','{}','2026-10-01 09:00:00.000000','2026-10-01 09:00:00.000000','action: Field required');
CREATE TABLE schema_version (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "schema_version" VALUES(1);
CREATE INDEX deliveries_unread ON deliveries (number) WHERE read IS NULL;
COMMIT;
