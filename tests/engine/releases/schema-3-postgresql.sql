CREATE TABLE public.announcements (
    pull character varying NOT NULL,
    head character varying NOT NULL,
    created timestamp without time zone NOT NULL
);
CREATE TABLE public.bodies (
    delivery integer NOT NULL,
    body bytea NOT NULL
);
CREATE TABLE public.deliveries (
    number integer NOT NULL,
    id character varying NOT NULL,
    event character varying NOT NULL,
    received timestamp without time zone NOT NULL,
    read timestamp without time zone,
    error text,
    size integer DEFAULT 0 NOT NULL
);
CREATE SEQUENCE public.deliveries_number_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.deliveries_number_seq OWNED BY public.deliveries.number;
CREATE TABLE public.dismissals (
    number integer NOT NULL,
    repository character varying NOT NULL,
    fingerprint character varying NOT NULL,
    dismissal text NOT NULL,
    created timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.dismissals_number_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.dismissals_number_seq OWNED BY public.dismissals.number;
CREATE TABLE public.findings (
    number integer NOT NULL,
    pull character varying NOT NULL,
    fingerprint character varying NOT NULL,
    known text NOT NULL,
    updated timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.findings_number_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.findings_number_seq OWNED BY public.findings.number;
CREATE TABLE public.gates (
    name character varying NOT NULL,
    until timestamp without time zone NOT NULL,
    reason text NOT NULL
);
CREATE TABLE public.inbox_schema_version (
    version integer NOT NULL
);
CREATE SEQUENCE public.inbox_schema_version_version_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.inbox_schema_version_version_seq OWNED BY public.inbox_schema_version.version;
CREATE TABLE public.jobs (
    id integer NOT NULL,
    key character varying NOT NULL,
    lane character varying NOT NULL,
    cause character varying NOT NULL,
    head character varying,
    task text NOT NULL,
    state character varying NOT NULL,
    priority integer NOT NULL,
    attempt integer NOT NULL,
    delivery character varying,
    due timestamp without time zone NOT NULL,
    created timestamp without time zone NOT NULL,
    updated timestamp without time zone NOT NULL,
    error text,
    holder character varying,
    lease timestamp without time zone,
    repository character varying DEFAULT ''::character varying NOT NULL,
    installation integer,
    turn integer DEFAULT 0 NOT NULL,
    ready boolean DEFAULT false NOT NULL,
    served boolean DEFAULT false NOT NULL,
    ending character varying,
    failures integer DEFAULT 0 NOT NULL
);
CREATE SEQUENCE public.jobs_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.jobs_id_seq OWNED BY public.jobs.id;
CREATE TABLE public.journal (
    key character varying NOT NULL,
    pull character varying,
    completion text NOT NULL,
    model character varying NOT NULL,
    prompt integer NOT NULL,
    answer integer NOT NULL,
    created timestamp without time zone NOT NULL,
    size integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.leases (
    name character varying NOT NULL,
    holder character varying NOT NULL,
    until timestamp without time zone NOT NULL
);
CREATE TABLE public.notes (
    name character varying NOT NULL,
    text text NOT NULL
);
CREATE TABLE public.permits (
    name character varying NOT NULL,
    slot integer NOT NULL,
    holder character varying NOT NULL,
    until timestamp without time zone NOT NULL
);
CREATE TABLE public.remarks (
    pull character varying NOT NULL,
    fingerprint character varying NOT NULL,
    created timestamp without time zone NOT NULL
);
CREATE TABLE public.reservations (
    id integer NOT NULL,
    month character varying NOT NULL,
    repository character varying NOT NULL,
    pull character varying NOT NULL,
    job character varying NOT NULL,
    tokens integer NOT NULL,
    until timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.reservations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reservations_id_seq OWNED BY public.reservations.id;
CREATE TABLE public.reviews (
    id integer NOT NULL,
    pull character varying NOT NULL,
    installation integer,
    head character varying NOT NULL,
    cause character varying NOT NULL,
    job integer,
    comment integer,
    stage character varying NOT NULL,
    review text NOT NULL,
    change bytea,
    transcript bytea,
    model character varying,
    prompt integer NOT NULL,
    answer integer NOT NULL,
    seconds double precision NOT NULL,
    created timestamp without time zone NOT NULL,
    size integer DEFAULT 0 NOT NULL
);
CREATE SEQUENCE public.reviews_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reviews_id_seq OWNED BY public.reviews.id;
CREATE TABLE public.schema_version (
    version integer NOT NULL
);
CREATE SEQUENCE public.schema_version_version_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.schema_version_version_seq OWNED BY public.schema_version.version;
CREATE TABLE public.spendings (
    month character varying NOT NULL,
    repository character varying NOT NULL,
    pull character varying NOT NULL,
    job character varying NOT NULL,
    tokens integer NOT NULL
);
CREATE TABLE public.summaries (
    pull character varying NOT NULL,
    comment integer NOT NULL,
    renewed integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.troubles (
    id integer NOT NULL,
    job integer NOT NULL,
    at timestamp without time zone NOT NULL,
    attempt integer NOT NULL,
    text text NOT NULL
);
CREATE SEQUENCE public.troubles_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.troubles_id_seq OWNED BY public.troubles.id;
ALTER TABLE ONLY public.deliveries ALTER COLUMN number SET DEFAULT nextval('public.deliveries_number_seq'::regclass);
ALTER TABLE ONLY public.dismissals ALTER COLUMN number SET DEFAULT nextval('public.dismissals_number_seq'::regclass);
ALTER TABLE ONLY public.findings ALTER COLUMN number SET DEFAULT nextval('public.findings_number_seq'::regclass);
ALTER TABLE ONLY public.inbox_schema_version ALTER COLUMN version SET DEFAULT nextval('public.inbox_schema_version_version_seq'::regclass);
ALTER TABLE ONLY public.jobs ALTER COLUMN id SET DEFAULT nextval('public.jobs_id_seq'::regclass);
ALTER TABLE ONLY public.reservations ALTER COLUMN id SET DEFAULT nextval('public.reservations_id_seq'::regclass);
ALTER TABLE ONLY public.reviews ALTER COLUMN id SET DEFAULT nextval('public.reviews_id_seq'::regclass);
ALTER TABLE ONLY public.schema_version ALTER COLUMN version SET DEFAULT nextval('public.schema_version_version_seq'::regclass);
ALTER TABLE ONLY public.troubles ALTER COLUMN id SET DEFAULT nextval('public.troubles_id_seq'::regclass);
INSERT INTO public.announcements VALUES ('acme/shop#6', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '2026-11-27 09:00:00');
INSERT INTO public.bodies VALUES (1, '\x7801ab564a4c2ec9cccf53b252504acec92f4e4d51aa0500479806d3');
INSERT INTO public.bodies VALUES (2, '\x7801abae0500017500f9');
INSERT INTO public.bodies VALUES (3, '\x7801ab564a4c2ec9cccf53b25250ca2f48cd4b4d51aa050047bf06d4');
INSERT INTO public.deliveries VALUES (3, 'd-unread', 'pull_request', '2026-11-27 09:00:00', NULL, NULL, 28);
INSERT INTO public.deliveries VALUES (1, 'd-read', 'pull_request', '2026-11-27 09:00:00', '2026-11-27 09:00:00', NULL, 28);
INSERT INTO public.deliveries VALUES (2, 'd-bad', 'pull_request', '2026-11-27 09:00:00', '2026-11-27 09:00:00', 'action: Field required', 10);
INSERT INTO public.dismissals VALUES (1, 'acme/shop', 'eeeeeeeeeeeeeeee', '{"fingerprint":"eeeeeeeeeeeeeeee","path":"shop/till.py","text":"z","category":"style","title":"Too long","by":"mira","how":"command"}', '2026-11-27 09:00:00');
INSERT INTO public.findings VALUES (1, 'acme/shop#1', 'ffffffffffffffff', '{"fingerprint":"ffffffffffffffff","path":"shop/cart.py","side":"right","text":"y","around":[],"category":"style","title":"Ends too early","severity":"minor","fate":"open","comment":12,"seen":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","closed":null,"returned":null}', '2026-11-27 09:00:00');
INSERT INTO public.gates VALUES ('github', '2026-11-27 09:01:00', 'a limit');
INSERT INTO public.inbox_schema_version VALUES (2);
INSERT INTO public.jobs VALUES (1, 'acme/shop#1@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'acme/shop#1', 'pushed', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '{"pull":{"repository":"acme/shop","number":1,"installation":1002},"cause":"pushed","head":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","actor":"mira","comment":null,"command":"","on_lines":false,"label":"","base":"","suite":null}', 'done', 0, 1, 'd-done', '2026-11-27 09:00:00', '2026-11-27 09:00:00', '2026-11-27 09:00:00', NULL, NULL, NULL, 'acme/shop', 1002, 1, true, true, NULL, 0);
INSERT INTO public.jobs VALUES (2, 'acme/shop#2@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'acme/shop#2', 'pushed', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '{"pull":{"repository":"acme/shop","number":2,"installation":1002},"cause":"pushed","head":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","actor":"mira","comment":null,"command":"","on_lines":false,"label":"","base":"","suite":null}', 'failed', 0, 1, 'd-failed', '2026-11-27 09:00:00', '2026-11-27 09:00:00', '2026-11-27 09:00:00', 'the model was away', NULL, NULL, 'acme/shop', 1002, 2, true, true, NULL, 0);
INSERT INTO public.jobs VALUES (3, 'acme/shop#3@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'acme/shop#3', 'pushed', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '{"pull":{"repository":"acme/shop","number":3,"installation":1002},"cause":"pushed","head":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","actor":"mira","comment":null,"command":"","on_lines":false,"label":"","base":"","suite":null}', 'cancelled', 0, 1, 'd-cancelled', '2026-11-27 09:00:00', '2026-11-27 09:00:00', '2026-11-27 09:00:00', NULL, NULL, NULL, 'acme/shop', 1002, 3, true, true, NULL, 0);
INSERT INTO public.jobs VALUES (4, 'acme/shop#5@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'acme/shop#5', 'pushed', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '{"pull":{"repository":"acme/shop","number":5,"installation":1002},"cause":"pushed","head":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","actor":"mira","comment":null,"command":"","on_lines":false,"label":"","base":"","suite":null}', 'parked', 0, 0, 'd-parked', '2026-11-27 10:00:00', '2026-11-27 09:00:00', '2026-11-27 09:00:00', 'GitHub''s rate limit is reached', NULL, NULL, 'acme/shop', 1002, 4, false, true, NULL, 0);
INSERT INTO public.jobs VALUES (5, 'acme/shop#6@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'acme/shop#6', 'pushed', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '{"pull":{"repository":"acme/shop","number":6,"installation":1002},"cause":"pushed","head":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","actor":"mira","comment":null,"command":"","on_lines":false,"label":"","base":"","suite":null}', 'running', 0, 1, 'd-running', '2026-11-27 09:00:00', '2026-11-27 09:00:00', '2026-11-27 09:00:00', NULL, 'old-host/1/1', '2026-11-27 09:00:30', 'acme/shop', 1002, 5, true, true, NULL, 0);
INSERT INTO public.jobs VALUES (6, 'acme/shop#4@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'acme/shop#4', 'pushed', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '{"pull":{"repository":"acme/shop","number":4,"installation":1002},"cause":"pushed","head":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","actor":"mira","comment":null,"command":"","on_lines":false,"label":"","base":"","suite":null}', 'superseded', 0, 0, 'd-old', '2026-11-27 09:00:00', '2026-11-27 09:00:00', '2026-11-27 09:00:00', NULL, NULL, NULL, 'acme/shop', 1002, 6, true, false, NULL, 0);
INSERT INTO public.jobs VALUES (7, 'acme/shop#4@bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 'acme/shop#4', 'pushed', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', '{"pull":{"repository":"acme/shop","number":4,"installation":1002},"cause":"pushed","head":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","actor":"mira","comment":null,"command":"","on_lines":false,"label":"","base":"","suite":null}', 'waiting', 0, 0, 'd-waiting', '2026-11-27 09:00:00', '2026-11-27 09:00:00', '2026-11-27 09:00:00', NULL, NULL, NULL, 'acme/shop', 1002, 6, true, false, NULL, 0);
INSERT INTO public.jobs VALUES (8, 'acme/shop#7!77', 'acme/shop#7', 'command', NULL, '{"pull":{"repository":"acme/shop","number":7,"installation":1002},"cause":"command","head":null,"actor":"mira","comment":77,"command":"review","on_lines":false,"label":"","base":"","suite":null}', 'waiting', 10, 0, 'd-command', '2026-11-27 09:00:00', '2026-11-27 09:00:00', '2026-11-27 09:00:00', NULL, NULL, NULL, 'acme/shop', 1002, 1, true, false, NULL, 0);
INSERT INTO public.journal VALUES ('kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk', 'acme/shop#1', '{"text":"{\"notes\": []}","finish":"stop","usage":{"prompt":9,"answer":3},"model":"gpt-5-mini"}', 'gpt-5-mini', 9, 3, '2026-11-27 09:00:00', 13);
INSERT INTO public.leases VALUES ('relay', '', '2026-11-27 09:00:30');
INSERT INTO public.notes VALUES ('sweep', '12');
INSERT INTO public.remarks VALUES ('acme/shop#1', 'ffffffffffffffff', '2026-11-27 09:00:00');
INSERT INTO public.reservations VALUES (2, '2026-11', 'acme/shop', 'acme/shop#1', 'job 6', 500, '2026-11-27 09:30:00');
INSERT INTO public.reviews VALUES (1, 'acme/shop#1', 1002, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'pushed', 1, 11, 'posted', '{"purpose":"Makes it so.","risks":[],"majors":[],"commits":[],"notes":[],"walkthrough":[],"tests":"","diagram":null,"findings":[],"coverage":[],"areas":[],"order":[],"effort":2,"problems":[]}', '\x789c8d4f4172c3200cfc0aa36b6853e7e8933fd017d43e6023d71a036240eed493c9df0b717c2fa795d85dedde2161e44cc2698716cce4f19a178ea0216c7ec4046da341481c96ef4fb36256242a73218c6caba620b3c9c2e9c0a3c978204ef44de1c00b1a5bfdfff98a6262ef4932b45f8386991c5678876864294635e3753249dee35ec831e10ff1562861734e4316237502cf9666425b435a4b421cf2b3924587afe9a384c699139e6a334b2d7e0ce5e0542f769d7a6bd4a5d137d5757d50bf7db8ec7da8c663c62027df9bb4be52e795e2b94edbd160780c8f3f00557a00', NULL, 'gpt-5-mini', 9, 3, 1.5, '2026-11-27 09:00:00', 224);
INSERT INTO public.schema_version VALUES (3);
INSERT INTO public.spendings VALUES ('2026-11', 'acme/shop', 'acme/shop#1', 'job 1', 12);
INSERT INTO public.summaries VALUES ('acme/shop#1', 11, 0);
INSERT INTO public.troubles VALUES (1, 2, '2026-11-27 09:00:00', 1, 'the model was away');
INSERT INTO public.troubles VALUES (2, 4, '2026-11-27 09:00:00', 1, 'GitHub''s rate limit is reached');
SELECT pg_catalog.setval('public.deliveries_number_seq', 3, true);
SELECT pg_catalog.setval('public.dismissals_number_seq', 1, true);
SELECT pg_catalog.setval('public.findings_number_seq', 1, true);
SELECT pg_catalog.setval('public.inbox_schema_version_version_seq', 1, false);
SELECT pg_catalog.setval('public.jobs_id_seq', 8, true);
SELECT pg_catalog.setval('public.reservations_id_seq', 2, true);
SELECT pg_catalog.setval('public.reviews_id_seq', 1, true);
SELECT pg_catalog.setval('public.schema_version_version_seq', 1, false);
SELECT pg_catalog.setval('public.troubles_id_seq', 2, true);
ALTER TABLE ONLY public.announcements
    ADD CONSTRAINT announcements_pkey PRIMARY KEY (pull, head);
ALTER TABLE ONLY public.bodies
    ADD CONSTRAINT bodies_pkey PRIMARY KEY (delivery);
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_id_key UNIQUE (id);
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.dismissals
    ADD CONSTRAINT dismissals_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.dismissals
    ADD CONSTRAINT dismissals_repository UNIQUE (repository, fingerprint);
ALTER TABLE ONLY public.findings
    ADD CONSTRAINT findings_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.findings
    ADD CONSTRAINT findings_pull UNIQUE (pull, fingerprint);
ALTER TABLE ONLY public.gates
    ADD CONSTRAINT gates_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.inbox_schema_version
    ADD CONSTRAINT inbox_schema_version_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_key_key UNIQUE (key);
ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.journal
    ADD CONSTRAINT journal_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.leases
    ADD CONSTRAINT leases_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.permits
    ADD CONSTRAINT permits_pkey PRIMARY KEY (name, slot);
ALTER TABLE ONLY public.remarks
    ADD CONSTRAINT remarks_pkey PRIMARY KEY (pull, fingerprint);
ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT reservations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_job_key UNIQUE (job);
ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.schema_version
    ADD CONSTRAINT schema_version_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.spendings
    ADD CONSTRAINT spendings_pkey PRIMARY KEY (month, repository, pull, job);
ALTER TABLE ONLY public.summaries
    ADD CONSTRAINT summaries_pkey PRIMARY KEY (pull);
ALTER TABLE ONLY public.troubles
    ADD CONSTRAINT troubles_pkey PRIMARY KEY (id);
CREATE INDEX deliveries_received ON public.deliveries USING btree (received);
CREATE INDEX deliveries_unread ON public.deliveries USING btree (number) WHERE (read IS NULL);
CREATE INDEX findings_updated ON public.findings USING btree (updated);
CREATE INDEX jobs_asleep ON public.jobs USING btree (due) WHERE (((state)::text = ANY ((ARRAY['waiting'::character varying, 'parked'::character varying])::text[])) AND (ready = false));
CREATE INDEX jobs_changed ON public.jobs USING btree (updated, state);
CREATE INDEX jobs_done_in ON public.jobs USING btree (lane) WHERE ((state)::text = 'done'::text);
CREATE INDEX jobs_leased_until ON public.jobs USING btree (lease) WHERE ((state)::text = 'running'::text);
CREATE INDEX jobs_queued_in ON public.jobs USING btree (lane) WHERE ((state)::text = ANY ((ARRAY['waiting'::character varying, 'parked'::character varying])::text[]));
CREATE INDEX jobs_ready ON public.jobs USING btree (priority DESC, turn, id) WHERE (((state)::text = ANY ((ARRAY['waiting'::character varying, 'parked'::character varying])::text[])) AND (ready = true));
CREATE INDEX jobs_running_in ON public.jobs USING btree (lane) WHERE ((state)::text = 'running'::text);
CREATE INDEX jobs_served ON public.jobs USING btree (priority, turn) WHERE (served = true);
CREATE INDEX jobs_turns ON public.jobs USING btree (repository, priority, turn);
CREATE INDEX journal_created ON public.journal USING btree (created);
CREATE INDEX remarks_created ON public.remarks USING btree (created);
CREATE INDEX reviews_created ON public.reviews USING btree (created);
CREATE INDEX reviews_pull ON public.reviews USING btree (pull, id);
CREATE INDEX spendings_pull ON public.spendings USING btree (pull, job);
CREATE INDEX troubles_job ON public.troubles USING btree (job, id);
