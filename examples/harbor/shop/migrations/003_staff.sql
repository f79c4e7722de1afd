-- The first of the crew; the hash is that of a password nobody wrote down.
INSERT OR IGNORE INTO customers (id, email, password, name, is_staff)
VALUES (1, 'crew@harbor-supplies.net', '<<password-hash>>', 'Crew', 1);
