-- What one import brought of posts, for runs whose packs watch words.
CREATE INDEX post_batch ON post(batch_id);
