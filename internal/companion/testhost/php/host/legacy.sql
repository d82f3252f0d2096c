-- What an old installation lacks, beside four-byte characters.
ALTER TABLE tbladdonmodules DROP COLUMN id;
