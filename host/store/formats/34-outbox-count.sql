-- How many effects of a pack wait, which every run tells: counting them would take longer the more there are.
CREATE TABLE outbox_count(pack TEXT NOT NULL, state TEXT NOT NULL CHECK(state IN ('held', 'queued')), n INTEGER NOT NULL, PRIMARY KEY(pack, state)) STRICT, WITHOUT ROWID;
INSERT INTO outbox_count SELECT pack, state, count(*) FROM outbox WHERE state IN ('held', 'queued') GROUP BY pack, state;
CREATE TRIGGER outbox_waits AFTER INSERT ON outbox WHEN NEW.state IN ('held', 'queued') BEGIN
  INSERT INTO outbox_count VALUES(NEW.pack, NEW.state, 1) ON CONFLICT(pack, state) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER outbox_goes_on AFTER UPDATE OF state ON outbox WHEN NEW.state <> OLD.state BEGIN
  UPDATE outbox_count SET n = n - 1 WHERE pack = OLD.pack AND state = OLD.state;
  INSERT INTO outbox_count SELECT NEW.pack, NEW.state, 1 WHERE NEW.state IN ('held', 'queued')
    ON CONFLICT(pack, state) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER outbox_goes AFTER DELETE ON outbox BEGIN
  UPDATE outbox_count SET n = n - 1 WHERE pack = OLD.pack AND state = OLD.state;
END;
