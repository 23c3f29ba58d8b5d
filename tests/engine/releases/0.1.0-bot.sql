BEGIN TRANSACTION;
CREATE TABLE jobs (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	"key" VARCHAR NOT NULL, 
	lane VARCHAR NOT NULL, 
	cause VARCHAR NOT NULL, 
	head VARCHAR, 
	task TEXT NOT NULL, 
	state VARCHAR NOT NULL, 
	priority INTEGER NOT NULL, 
	attempt INTEGER NOT NULL, 
	delivery VARCHAR, 
	due DATETIME NOT NULL, 
	created DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	error TEXT, 
	holder VARCHAR, 
	lease DATETIME, 
	UNIQUE ("key")
);
INSERT INTO "jobs" VALUES(1,'acme/shop#1@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','acme/shop#1','pushed','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','{"pull":{"repository":"acme/shop","number":1,"installation":1002},"cause":"pushed","head":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","actor":"mira","comment":null,"command":""}','done',0,1,'d-done','2026-10-01 09:00:00.000000','2026-10-01 09:00:00.000000','2026-10-01 09:00:00.000000',NULL,NULL,NULL);
INSERT INTO "jobs" VALUES(2,'acme/shop#2@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','acme/shop#2','pushed','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','{"pull":{"repository":"acme/shop","number":2,"installation":1002},"cause":"pushed","head":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","actor":"mira","comment":null,"command":""}','failed',0,1,'d-failed','2026-10-01 09:00:00.000000','2026-10-01 09:00:00.000000','2026-10-01 09:00:00.000000','the model was away',NULL,NULL);
INSERT INTO "jobs" VALUES(3,'acme/shop#3@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','acme/shop#3','pushed','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','{"pull":{"repository":"acme/shop","number":3,"installation":1002},"cause":"pushed","head":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","actor":"mira","comment":null,"command":""}','cancelled',0,1,'d-cancelled','2026-10-01 09:00:00.000000','2026-10-01 09:00:00.000000','2026-10-01 09:00:00.000000',NULL,NULL,NULL);
INSERT INTO "jobs" VALUES(4,'acme/shop#4@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','acme/shop#4','pushed','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','{"pull":{"repository":"acme/shop","number":4,"installation":1002},"cause":"pushed","head":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","actor":"mira","comment":null,"command":""}','superseded',0,0,'d-old','2026-10-01 09:00:00.000000','2026-10-01 09:00:00.000000','2026-10-01 09:00:00.000000',NULL,NULL,NULL);
INSERT INTO "jobs" VALUES(5,'acme/shop#4@bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','acme/shop#4','pushed','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','{"pull":{"repository":"acme/shop","number":4,"installation":1002},"cause":"pushed","head":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","actor":"mira","comment":null,"command":""}','waiting',0,0,'d-waiting','2026-10-01 09:00:00.000000','2026-10-01 09:00:00.000000','2026-10-01 09:00:00.000000',NULL,NULL,NULL);
INSERT INTO "jobs" VALUES(6,'acme/shop#5@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','acme/shop#5','pushed','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','{"pull":{"repository":"acme/shop","number":5,"installation":1002},"cause":"pushed","head":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","actor":"mira","comment":null,"command":""}','parked',0,0,'d-parked','2026-10-01 10:00:00.000000','2026-10-01 09:00:00.000000','2026-10-01 09:00:00.000000','GitHub''s rate limit is reached',NULL,NULL);
INSERT INTO "jobs" VALUES(7,'acme/shop#6@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','acme/shop#6','pushed','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','{"pull":{"repository":"acme/shop","number":6,"installation":1002},"cause":"pushed","head":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","actor":"mira","comment":null,"command":""}','running',0,1,'d-running','2026-09-30 09:00:00.000000','2026-10-01 09:00:00.000000','2026-10-01 09:00:00.000000',NULL,'old-host/1/1','2026-10-01 09:00:30.000000');
INSERT INTO "jobs" VALUES(8,'acme/shop#7!77','acme/shop#7','command',NULL,'{"pull":{"repository":"acme/shop","number":7,"installation":1002},"cause":"command","head":null,"actor":"mira","comment":77,"command":"review"}','waiting',10,0,'d-command','2026-10-01 09:00:00.000000','2026-10-01 09:00:00.000000','2026-10-01 09:00:00.000000',NULL,NULL,NULL);
CREATE TABLE journal (
	"key" VARCHAR NOT NULL, 
	pull VARCHAR, 
	completion TEXT NOT NULL, 
	model VARCHAR NOT NULL, 
	prompt INTEGER NOT NULL, 
	answer INTEGER NOT NULL, 
	created DATETIME NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "journal" VALUES('kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk','acme/shop#1','{"text":"{\"notes\": []}","finish":"stop","usage":{"prompt":9,"answer":3},"model":"gpt-5-mini"}','gpt-5-mini',9,3,'2026-10-01 09:00:00.000000');
CREATE TABLE reviews (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	pull VARCHAR NOT NULL, 
	installation INTEGER, 
	head VARCHAR NOT NULL, 
	cause VARCHAR NOT NULL, 
	job INTEGER, 
	comment INTEGER, 
	stage VARCHAR NOT NULL, 
	review TEXT NOT NULL, 
	change BLOB, 
	model VARCHAR, 
	prompt INTEGER NOT NULL, 
	answer INTEGER NOT NULL, 
	seconds FLOAT NOT NULL, 
	created DATETIME NOT NULL, 
	UNIQUE (job)
);
INSERT INTO "reviews" VALUES(1,'acme/shop#1',1002,'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','pushed',1,11,'posted','{"purpose":"Makes it so.","risks":[],"majors":[],"commits":[],"notes":[],"findings":[],"coverage":[],"areas":[],"order":[],"effort":2,"problems":[]}',X'789C4D90DD6AC3300C855FC578371B71B784955E0406813D46D30BA796134122055B1994D2779F9D8475BE3AFA74ACBFBB0E307344E170D3B5D646D3327510745D1A2D282324FA3D58EA41C980D4C764E9D8ED66BBC8C061D39D8DB0290ED8236D7A00EB3675E5694289BA3E5F8CF6384296773D5B1992210E3C7F5C6D90F7F996CC73801FE42559681947A3A358C9919ED8A14770B9B97328C894F0A7D10E46D8A32A0D039E431EA72ACBD3F198DD5EF25A4F901A5F73E7A65187CA1C555199936A9A969403AF84C58EAF2830C5B7BAA5834A2F802C81545CA63DD15291B9C710457DA9159ECBCB8E03FCA355FDC46B95ED53B156CBCE542C67D54BBA332820F717B35F513E594B79932E02C97699C7E5F10B6E298B6F','gpt-5-mini',9,3,1.5,'2026-10-01 09:00:00.000000');
CREATE TABLE schema_version (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "schema_version" VALUES(1);
CREATE TABLE summaries (
	pull VARCHAR NOT NULL, 
	comment INTEGER NOT NULL, 
	PRIMARY KEY (pull)
);
INSERT INTO "summaries" VALUES('acme/shop#1',11);
CREATE INDEX jobs_leased ON jobs (lease) WHERE state = 'running';
CREATE INDEX jobs_queued ON jobs (lane) WHERE state IN ('waiting', 'parked');
CREATE INDEX jobs_state ON jobs (state, updated);
CREATE INDEX jobs_claimable ON jobs (priority DESC, due, id) WHERE state IN ('waiting', 'parked');
CREATE INDEX jobs_running ON jobs (lane) WHERE state = 'running';
CREATE INDEX journal_created ON journal (created);
CREATE INDEX reviews_pull ON reviews (pull, id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('jobs',8);
INSERT INTO "sqlite_sequence" VALUES('reviews',1);
COMMIT;
