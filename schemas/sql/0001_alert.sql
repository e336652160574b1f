-- Scored transactions that the alert policy raised. One row per record of the log, at most: the natural key is the record's own place.
CREATE TABLE alert (
    stream_id       text             NOT NULL,
    topic           text             NOT NULL,
    partition       integer          NOT NULL CHECK (partition >= 0),
    record_offset   bigint           NOT NULL CHECK (record_offset >= 0),
    alert_id        bigint           GENERATED ALWAYS AS IDENTITY,
    transaction_id  text             NOT NULL,
    card_token      text             NOT NULL,
    event_time      timestamptz      NOT NULL,
    amount          bigint           NOT NULL CHECK (amount >= 0),
    currency        text             NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    merchant_id     text             NOT NULL,
    score           double precision NOT NULL CHECK (score >= 0 AND score <= 1),
    score_1000      smallint         NOT NULL CHECK (score_1000 BETWEEN 1 AND 1000),
    threshold       double precision NOT NULL CHECK (threshold >= 0 AND threshold <= 1),
    reasons         jsonb            NOT NULL CHECK (jsonb_typeof(reasons) = 'array'),
    model_version   text             NOT NULL,
    feature_version text             NOT NULL,
    policy_version  text             NOT NULL,
    appended_at     timestamptz      NOT NULL,
    scored_at       timestamptz      NOT NULL,
    committed_at    timestamptz      NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (stream_id, topic, partition, record_offset),
    UNIQUE (alert_id)
);

CREATE INDEX alert_card_time ON alert (card_token, event_time DESC);

COMMENT ON TABLE  alert                 IS 'Scored transactions that the alert policy raised, at most one per record of the log';
COMMENT ON COLUMN alert.stream_id       IS 'Which log: cluster id and topic id, because a topic that is made anew counts its offsets from 0 again';
COMMENT ON COLUMN alert.record_offset   IS 'The record''s offset in its partition';
COMMENT ON COLUMN alert.alert_id        IS 'Short handle; grows with insertion, not with commit, and has gaps';
COMMENT ON COLUMN alert.card_token      IS 'Stands for the card; never its number';
COMMENT ON COLUMN alert.event_time      IS 'When the cardholder paid';
COMMENT ON COLUMN alert.amount          IS 'Minor units of the currency (cents)';
COMMENT ON COLUMN alert.currency        IS 'ISO 4217 alphabetic code';
COMMENT ON COLUMN alert.score           IS 'Calibrated probability of fraud, 0 to 1';
COMMENT ON COLUMN alert.score_1000      IS 'The same on the 1 to 1000 scale that analysts read';
COMMENT ON COLUMN alert.threshold       IS 'What the score was held against';
COMMENT ON COLUMN alert.reasons         IS 'Array of {code, text, value, normal}, weightiest first; value and normal are null where not finite';
COMMENT ON COLUMN alert.model_version   IS 'Content hash of the checkpoint';
COMMENT ON COLUMN alert.feature_version IS 'Version of the feature list';
COMMENT ON COLUMN alert.policy_version  IS 'Version of the alert policy';
COMMENT ON COLUMN alert.appended_at     IS 'The record''s timestamp in the log';
COMMENT ON COLUMN alert.scored_at       IS 'When the score was computed, by the scorer''s clock';
COMMENT ON COLUMN alert.committed_at    IS 'When the row was written, by the server''s clock, in the transaction that moved the cursor';
