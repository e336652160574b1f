-- Three roles that nobody logs in as. The user of a service that scores is a member of vigil_writer, a dashboard's of vigil_reader, and the one that migrates of
-- vigil_admin, which owns the tables. Roles belong to the whole server, so another database may have made them already.
DO $$
DECLARE
    made text;
BEGIN
    FOREACH made IN ARRAY ARRAY['vigil_reader', 'vigil_writer', 'vigil_admin'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = made) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', made);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- another database of this server is migrated at the same moment
        END;
    END LOOP;
    -- Whoever hands a table over must be a member of its new owner; a superuser is one of every role.
    IF NOT pg_has_role(current_user, 'vigil_admin', 'USAGE') THEN
        EXECUTE format('GRANT vigil_admin TO %I', current_user);
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION '% may not make the roles. As a superuser run: CREATE ROLE vigil_reader NOLOGIN; CREATE ROLE vigil_writer NOLOGIN; CREATE ROLE vigil_admin NOLOGIN; GRANT vigil_admin TO %',
        current_user, quote_ident(current_user);
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO vigil_reader, vigil_writer;
GRANT USAGE, CREATE ON SCHEMA public TO vigil_admin;

-- Scoring writes and moves its cursors. Of the rows that it has written it may read back no more than their places: no card, no amount, no bytes.
GRANT SELECT, INSERT, UPDATE ON partition_cursor TO vigil_writer;
GRANT INSERT ON alert, dead_letter TO vigil_writer;
GRANT SELECT (stream_id, topic, partition, record_offset, alert_id) ON alert TO vigil_writer;
GRANT SELECT (stream_id, topic, partition, record_offset) ON dead_letter TO vigil_writer;
GRANT SELECT, INSERT, DELETE ON snapshot_chunk TO vigil_writer;
GRANT SELECT ON schema_migration TO vigil_writer;

GRANT SELECT ON alert, partition_cursor, dead_letter, dead_letter_replay, schema_migration TO vigil_reader;

ALTER TABLE alert OWNER TO vigil_admin;
ALTER TABLE partition_cursor OWNER TO vigil_admin;
ALTER TABLE dead_letter OWNER TO vigil_admin;
ALTER TABLE dead_letter_replay OWNER TO vigil_admin;
ALTER TABLE snapshot_chunk OWNER TO vigil_admin;
ALTER TABLE schema_migration OWNER TO vigil_admin;
-- Later scripts begin with SET LOCAL ROLE vigil_admin, so that it owns what they make.
