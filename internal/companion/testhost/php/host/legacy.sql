-- What an old installation lacks, beside transactions and four-byte characters.
ALTER TABLE tbladdonmodules DROP COLUMN id;
