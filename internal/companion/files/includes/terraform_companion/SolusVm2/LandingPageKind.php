<?php

declare(strict_types=1);

namespace TerraformCompanion\SolusVm2;

use TerraformCompanion\Failure;
use TerraformCompanion\Field\Found;
use TerraformCompanion\Kind\KeepsFirst;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The template that overrides the landing page of post-pay. A change writes the file. A deletion restores the former
 * content.
 */
final class LandingPageKind extends SingleKind implements KeepsFirst
{
    public function name(): string
    {
        return 'landing_page';
    }

    public function table(): string
    {
        return 'mod_terraform_files';
    }

    public function naturalKey(): array
    {
        return ['path'];
    }

    public function operations(): array
    {
        return ['update', 'delete'];
    }

    public function outlivesDeletion(): bool
    {
        return true;
    }

    protected function define(): array
    {
        return [new Found('path'), new Found('present'), new Found('managed'), new FileText('content')];
    }

    protected function only(bool $lock): array
    {
        $file = $this->file();
        $content = $file->content();

        return [
            'path' => $file->path(),
            'present' => $content !== null,
            // Under another active template too: what was written below the former one is still to be put back.
            'managed' => (bool) $this->context->store()->files($lock),
            'content' => $content,
        ];
    }

    public function keepFirst(array $values, array $before): void
    {
        $file = $this->file();
        $isKept = isset($this->context->store()->files()[$file->path()]);
        if (!isset($values['content']) || $values['content'] === $before['content'] || $isKept) {
            return;
        }
        $content = $file->content();
        $this->context->store()->keepFile($file->path(), $content, $file->missingFolders());
        $name = 'the stored copy of the former file';
        $this->context->outsideChanges()->add($name, function () use ($file, $content): ?string {
            if ($file->content() !== $content) {
                throw new \RuntimeException('the former content of the file is still needed');
            }
            try {
                $this->context->store()->forgetFile($file->path());
            } catch (\PDOException $error) {
                return 'A copy of the unchanged landing page is still kept';
            }

            return null;
        });
    }

    /** Writes the file, once what it held is kept. */
    public function put(string $content): void
    {
        $file = $this->file();
        $before = $file->content();
        $folders = $file->missingFolders();
        if (!isset($this->context->store()->files(true)[$file->path()])) {
            $this->context->store()->keepFile($file->path(), $before, $folders);
        }
        $restore = function () use ($file, $before, $folders): void {
            $before === null ? $file->remove($folders) : $file->write($before);
        };
        $this->context->outsideChanges()->add('the file ' . $file->path(), $restore);
        $file->write($content);
    }

    /** A WHMCS that has another active template since keeps two files: both are put back. */
    public function remove(string $id): void
    {
        $files = $this->context->store()->files(true);
        if (!$files) {
            throw Failure::notFound($this->name(), $id);
        }
        foreach ($files as $path => $kept) {
            $file = new TemplateFile($path);
            if (!$file->hasTemplate()) {
                // The template went, and the file with it: there is nowhere to put anything back.
                $this->context->store()->forgetFile($path);
                continue;
            }
            $now = $file->content();
            $this->context->outsideChanges()->add('the file ' . $path, function () use ($file, $now): void {
                $now === null ? $file->remove([]) : $file->write($now);
            });
            $kept['content'] === null ? $file->remove($kept['folders']) : $file->write($kept['content']);
            $this->context->store()->forgetFile($path);
        }
    }

    private function file(): TemplateFile
    {
        return TemplateFile::of(
            (string) $this->context->installation()->setting('Template'),
            $this->context->solusVm2()->addon()
        );
    }
}
