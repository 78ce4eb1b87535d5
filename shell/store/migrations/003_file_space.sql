-- How much the files of an app hold, announced ones that have not arrived included.
CREATE TABLE file_space (
    app_id     INTEGER PRIMARY KEY,
    size_bytes INTEGER NOT NULL
) STRICT;
INSERT INTO file_space (app_id, size_bytes) SELECT app_id, sum(size_bytes) FROM file GROUP BY app_id;

CREATE TRIGGER file_came AFTER INSERT ON file BEGIN
    INSERT INTO file_space (app_id, size_bytes) VALUES (NEW.app_id, NEW.size_bytes)
        ON CONFLICT (app_id) DO UPDATE SET size_bytes = size_bytes + NEW.size_bytes;
END;
CREATE TRIGGER file_changed AFTER UPDATE OF size_bytes ON file WHEN NEW.size_bytes <> OLD.size_bytes BEGIN
    UPDATE file_space SET size_bytes = size_bytes + NEW.size_bytes - OLD.size_bytes WHERE app_id = NEW.app_id;
END;
CREATE TRIGGER file_went AFTER DELETE ON file BEGIN
    UPDATE file_space SET size_bytes = size_bytes - OLD.size_bytes WHERE app_id = OLD.app_id;
END;
