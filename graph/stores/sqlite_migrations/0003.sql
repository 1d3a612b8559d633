-- Lists of articles, the last published first.

CREATE INDEX article_by_time ON article (published_at DESC, id);
