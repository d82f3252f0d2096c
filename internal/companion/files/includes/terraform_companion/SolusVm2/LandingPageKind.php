<?php
namespace TerraformCompanion\SolusVm2;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Failure;
use TerraformCompanion\Field\Found;
use TerraformCompanion\Kind\KeepsFirst;

/**
 * The template that overrides the landing page of post-pay. Changing it writes the file; deleting it puts back what was there before.
 */
final class LandingPageKind extends SingleKind implements KeepsFirst
{
    public function name()
    {
        return 'landing_page';
    }

    public function table()
    {
        return 'mod_terraform_files';
    }

    public function naturalKey()
    {
        return ['path'];
    }

    public function operations()
    {
        return ['update', 'delete'];
    }

    public function outlivesDeletion()
    {
        return true;
    }

    protected function define()
    {
        return [new Found('path'), new Found('present'), new Found('managed'), new FileText('content')];
    }

    protected function only($lock)
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

    public function keepFirst(array $values, array $before)
    {
        $file = $this->file();
        if (!isset($values['content']) || $values['content'] === $before['content'] || isset($this->context->store()->files()[$file->path()])) {
            return null;
        }
        $content = $file->content();
        $this->context->store()->keepFile($file->path(), $content, $file->missingFolders());

        return function () use ($file, $content) {
            if ($file->content() !== $content) {
                throw new \RuntimeException('what the file held is still needed');
            }
            $this->context->store()->forgetFile($file->path());
        };
    }

    /** Writes the file, once what it held is kept. */
    public function put($content)
    {
        $file = $this->file();
        $before = $file->content();
        $folders = $file->missingFolders();
        if (!isset($this->context->store()->files(true)[$file->path()])) {
            $this->context->store()->keepFile($file->path(), $before, $folders);
        }
        $this->context->outsideChanges()->add('the file ' . $file->path(), function () use ($file, $before, $folders) {
            $before === null ? $file->remove($folders) : $file->write($before);
        });
        $file->write($content);
    }

    /** A WHMCS that has another active template since keeps two files: both are put back. */
    public function remove($id)
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
            $this->context->outsideChanges()->add('the file ' . $path, function () use ($file, $now) {
                $now === null ? $file->remove([]) : $file->write($now);
            });
            $kept['content'] === null ? $file->remove($kept['folders']) : $file->write($kept['content']);
            $this->context->store()->forgetFile($path);
        }
    }

    private function file()
    {
        return TemplateFile::of((string) $this->context->installation()->setting('Template'), $this->context->solusVm2()->addon());
    }
}
