-- What the first bytes of a file say it is. Null for those kept before it was looked at: they are looked at when they are asked for.
alter table blob add column media text check (char_length(media) <= 255);
