BEGIN TRANSACTION;
CREATE TABLE announcements (
	pull VARCHAR NOT NULL, 
	head VARCHAR NOT NULL, 
	created DATETIME NOT NULL, 
	PRIMARY KEY (pull, head)
);
INSERT INTO "announcements" VALUES('acme/shop#6','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','2026-11-27 09:00:00.000000');
CREATE TABLE gates (
	name VARCHAR NOT NULL, 
	until DATETIME NOT NULL, 
	reason TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "gates" VALUES('github','2026-11-27 09:01:00.000000','a limit');
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
	repository VARCHAR DEFAULT '' NOT NULL, 
	installation INTEGER, 
	turn INTEGER DEFAULT '0' NOT NULL, 
	ready BOOLEAN DEFAULT 0 NOT NULL, 
	served BOOLEAN DEFAULT 0 NOT NULL, 
	ending VARCHAR, 
	failures INTEGER DEFAULT '0' NOT NULL, 
	UNIQUE ("key")
);
INSERT INTO "jobs" VALUES(1,'acme/shop#1@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','acme/shop#1','pushed','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','{"pull":{"repository":"acme/shop","number":1,"installation":1002},"cause":"pushed","head":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","actor":"mira","comment":null,"command":""}','done',0,1,'d-done','2026-11-27 09:00:00.000000','2026-11-27 09:00:00.000000','2026-11-27 09:00:00.000000',NULL,NULL,NULL,'acme/shop',1002,1,1,1,NULL,0);
INSERT INTO "jobs" VALUES(2,'acme/shop#2@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','acme/shop#2','pushed','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','{"pull":{"repository":"acme/shop","number":2,"installation":1002},"cause":"pushed","head":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","actor":"mira","comment":null,"command":""}','failed',0,1,'d-failed','2026-11-27 09:00:00.000000','2026-11-27 09:00:00.000000','2026-11-27 09:00:00.000000','the model was away',NULL,NULL,'acme/shop',1002,2,1,1,NULL,0);
INSERT INTO "jobs" VALUES(3,'acme/shop#3@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','acme/shop#3','pushed','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','{"pull":{"repository":"acme/shop","number":3,"installation":1002},"cause":"pushed","head":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","actor":"mira","comment":null,"command":""}','cancelled',0,1,'d-cancelled','2026-11-27 09:00:00.000000','2026-11-27 09:00:00.000000','2026-11-27 09:00:00.000000',NULL,NULL,NULL,'acme/shop',1002,3,1,1,NULL,0);
INSERT INTO "jobs" VALUES(4,'acme/shop#5@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','acme/shop#5','pushed','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','{"pull":{"repository":"acme/shop","number":5,"installation":1002},"cause":"pushed","head":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","actor":"mira","comment":null,"command":""}','parked',0,0,'d-parked','2026-11-27 10:00:00.000000','2026-11-27 09:00:00.000000','2026-11-27 09:00:00.000000','GitHub''s rate limit is reached',NULL,NULL,'acme/shop',1002,4,0,1,NULL,0);
INSERT INTO "jobs" VALUES(5,'acme/shop#6@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','acme/shop#6','pushed','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','{"pull":{"repository":"acme/shop","number":6,"installation":1002},"cause":"pushed","head":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","actor":"mira","comment":null,"command":""}','running',0,1,'d-running','2026-11-27 09:00:00.000000','2026-11-27 09:00:00.000000','2026-11-27 09:00:00.000000',NULL,'old-host/1/1','2026-11-27 09:00:30.000000','acme/shop',1002,5,1,1,NULL,0);
INSERT INTO "jobs" VALUES(6,'acme/shop#4@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','acme/shop#4','pushed','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','{"pull":{"repository":"acme/shop","number":4,"installation":1002},"cause":"pushed","head":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","actor":"mira","comment":null,"command":""}','superseded',0,0,'d-old','2026-11-27 09:00:00.000000','2026-11-27 09:00:00.000000','2026-11-27 09:00:00.000000',NULL,NULL,NULL,'acme/shop',1002,6,1,0,NULL,0);
INSERT INTO "jobs" VALUES(7,'acme/shop#4@bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','acme/shop#4','pushed','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','{"pull":{"repository":"acme/shop","number":4,"installation":1002},"cause":"pushed","head":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","actor":"mira","comment":null,"command":""}','waiting',0,0,'d-waiting','2026-11-27 09:00:00.000000','2026-11-27 09:00:00.000000','2026-11-27 09:00:00.000000',NULL,NULL,NULL,'acme/shop',1002,6,1,0,NULL,0);
INSERT INTO "jobs" VALUES(8,'acme/shop#7!77','acme/shop#7','command',NULL,'{"pull":{"repository":"acme/shop","number":7,"installation":1002},"cause":"command","head":null,"actor":"mira","comment":77,"command":"review"}','waiting',10,0,'d-command','2026-11-27 09:00:00.000000','2026-11-27 09:00:00.000000','2026-11-27 09:00:00.000000',NULL,NULL,NULL,'acme/shop',1002,1,1,0,NULL,0);
CREATE TABLE journal (
	"key" VARCHAR NOT NULL, 
	pull VARCHAR, 
	completion TEXT NOT NULL, 
	model VARCHAR NOT NULL, 
	prompt INTEGER NOT NULL, 
	answer INTEGER NOT NULL, 
	created DATETIME NOT NULL, 
	size INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "journal" VALUES('kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk','acme/shop#1','{"text":"{\"notes\": []}","finish":"stop","usage":{"prompt":9,"answer":3},"model":"gpt-5-mini"}','gpt-5-mini',9,3,'2026-11-27 09:00:00.000000',13);
CREATE TABLE leases (
	name VARCHAR NOT NULL, 
	holder VARCHAR NOT NULL, 
	until DATETIME NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "leases" VALUES('relay','','2026-11-27 09:00:30.000000');
CREATE TABLE notes (
	name VARCHAR NOT NULL, 
	text TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "notes" VALUES('sweep','12');
CREATE TABLE permits (
	name VARCHAR NOT NULL, 
	slot INTEGER NOT NULL, 
	holder VARCHAR NOT NULL, 
	until DATETIME NOT NULL, 
	PRIMARY KEY (name, slot)
);
CREATE TABLE remarks (
	pull VARCHAR NOT NULL, 
	fingerprint VARCHAR NOT NULL, 
	created DATETIME NOT NULL, 
	PRIMARY KEY (pull, fingerprint)
);
INSERT INTO "remarks" VALUES('acme/shop#1','ffffffffffffffff','2026-11-27 09:00:00.000000');
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
	size INTEGER DEFAULT '0' NOT NULL, 
	UNIQUE (job)
);
INSERT INTO "reviews" VALUES(1,'acme/shop#1',1002,'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','pushed',1,11,'posted','{"purpose":"Makes it so.","risks":[],"majors":[],"commits":[],"notes":[],"findings":[],"coverage":[],"areas":[],"order":[],"effort":2,"problems":[]}',X'789C8D4F316EC3300CFC8AC0356A1367F4E40FF4057506D9A263A2922848745123C8DF2345C95E4E77E0DDF1788384913309A71D7A30B3C7635E398286B0F90913F49D06217158D65FE607B32251998B60625B3D05994D564E0D4F2663439CE84AA1E1158DADF9FF9CE298D97B920CFDF745C3420E2BBC4134B296A0DAF1389B249F712FE298F097782B92B039A7218B91CAC0B3A585D0D692D6921087FC7CC9A2C3173B95D2B870C2B7DB2C521F6FA41C9CEBC561501F9D3A74FAAC86610CEA6F0C877D0C3578CA18A4E9EF97FB0393D56ED7','gpt-5-mini',9,3,1.5,'2026-11-27 09:00:00.000000',211);
CREATE TABLE schema_version (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "schema_version" VALUES(2);
CREATE TABLE summaries (
	pull VARCHAR NOT NULL, 
	comment INTEGER NOT NULL, 
	renewed INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (pull)
);
INSERT INTO "summaries" VALUES('acme/shop#1',11,0);
CREATE TABLE troubles (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	job INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	attempt INTEGER NOT NULL, 
	text TEXT NOT NULL
);
INSERT INTO "troubles" VALUES(1,2,'2026-11-27 09:00:00.000000',1,'the model was away');
INSERT INTO "troubles" VALUES(2,4,'2026-11-27 09:00:00.000000',1,'GitHub''s rate limit is reached');
CREATE INDEX jobs_ready ON jobs (priority DESC, turn, id) WHERE state IN ('waiting', 'parked') AND ready = 1;
CREATE INDEX jobs_leased_until ON jobs (lease) WHERE state IN ('running');
CREATE INDEX jobs_turns ON jobs (repository, priority, turn);
CREATE INDEX jobs_queued_in ON jobs (lane) WHERE state IN ('waiting', 'parked');
CREATE INDEX jobs_done_in ON jobs (lane) WHERE state IN ('done');
CREATE INDEX jobs_changed ON jobs (updated, state);
CREATE INDEX jobs_served ON jobs (priority, turn) WHERE served = 1;
CREATE INDEX jobs_running_in ON jobs (lane) WHERE state IN ('running');
CREATE INDEX jobs_asleep ON jobs (due) WHERE state IN ('waiting', 'parked') AND ready = 0;
CREATE INDEX troubles_job ON troubles (job, id);
CREATE INDEX journal_created ON journal (created);
CREATE INDEX reviews_created ON reviews (created);
CREATE INDEX reviews_pull ON reviews (pull, id);
CREATE INDEX remarks_created ON remarks (created);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('jobs',8);
INSERT INTO "sqlite_sequence" VALUES('troubles',2);
INSERT INTO "sqlite_sequence" VALUES('reviews',1);
COMMIT;
