<?php

declare(strict_types=1);

namespace TerraformCompanion\SolusVm2;

use TerraformCompanion\Config;
use TerraformCompanion\Failure;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The one file that overrides the addon's landing page (documented):
 * templates/<template>/modules/addons/<addon>/post-pay/landing-page.tpl. Nothing else is ever written, no link is
 * followed, and nothing outside of templates/<template>, which has to be there, is made.
 */
final class TemplateFile
{
    private const PATH = '#^templates/([A-Za-z0-9_-]{1,64})/modules/addons/([A-Za-z0-9_-]{1,64})'
        . '/post-pay/landing-page\.tpl$#D';

    /** A larger file is not read. */
    private const BYTES = 1048576;

    private $path;

    /** @param string $path below WHMCS's folder */
    public function __construct(string $path)
    {
        if (!preg_match(self::PATH, $path)) {
            throw Failure::unsupported('path', 'The name of the active template is not the name of a folder');
        }
        $this->path = $path;
    }

    public static function of(string $template, string $addon): self
    {
        return new self("templates/$template/modules/addons/$addon/post-pay/landing-page.tpl");
    }

    public function path(): string
    {
        return $this->path;
    }

    /** Whether the folder of the template is there, whatever it is. */
    public function hasTemplate(): bool
    {
        clearstatcache();
        $folder = Config::root() . '/' . implode('/', array_slice(explode('/', $this->path), 0, 2));

        return is_link($folder) || file_exists($folder);
    }

    /** @return string|null null where there is no file */
    public function content(): ?string
    {
        $this->demandSafe();
        $file = $this->file();
        if (!is_file($file)) {
            return null;
        }
        $content = $this->attempt('read', function () use ($file): string {
            return file_get_contents($file, false, null, 0, self::BYTES + 1);
        });
        if (strlen($content) > self::BYTES) {
            throw Failure::unsupported('content', $this->path . ' is larger than ' . self::BYTES . ' bytes');
        }

        return $content;
    }

    /** @return string[] folders that a write would make, outermost first */
    public function missingFolders(): array
    {
        $missing = [];
        foreach ($this->folders() as $folder) {
            if (!file_exists(Config::root() . '/' . $folder)) {
                $missing[] = $folder;
            }
        }

        return $missing;
    }

    /** Replaces the file in one step, so that no reader sees half of it. */
    public function write(string $content): void
    {
        $this->demandSafe();
        $this->attempt('write', function () use ($content): void {
            foreach ($this->missingFolders() as $folder) {
                mkdir(Config::root() . '/' . $folder, 0755);
            }
            $file = $this->file();
            $mode = is_file($file) ? fileperms($file) & 0777 : 0644;
            $temporary = dirname($file) . '/.terraform-' . bin2hex(random_bytes(8)) . '.tmp';
            try {
                $handle = fopen($temporary, 'x');
                $written = $content === '' ? 0 : fwrite($handle, $content);
                if (!fflush($handle) || !fclose($handle) || $written !== strlen($content)) {
                    throw new \ErrorException('the disk stored only a part of it');
                }
                chmod($temporary, $mode);
                rename($temporary, $file);
            } finally {
                if (is_file($temporary)) {
                    unlink($temporary);
                }
            }
        });
    }

    /** Removes the file, and of the folders given those that are empty then. */
    public function remove(array $folders): void
    {
        $this->demandSafe();
        $this->attempt('remove', function () use ($folders): void {
            if (is_file($this->file())) {
                unlink($this->file());
            }
            foreach (array_reverse(array_intersect($this->folders(), $folders)) as $folder) {
                $folder = Config::root() . '/' . $folder;
                if (is_dir($folder) && count(scandir($folder)) === 2) {
                    rmdir($folder);
                }
            }
        });
    }

    private function file(): string
    {
        return Config::root() . '/' . $this->path;
    }

    /** @return string[] the folders on the way from the template's to the file, outermost first */
    private function folders(): array
    {
        $parts = explode('/', dirname($this->path));
        $folders = [];
        for ($count = 3; $count <= count($parts); $count++) {
            $folders[] = implode('/', array_slice($parts, 0, $count));
        }

        return $folders;
    }

    private function demandSafe(): void
    {
        clearstatcache();
        $parts = explode('/', $this->path);
        for ($count = 1; $count <= count($parts); $count++) {
            $part = implode('/', array_slice($parts, 0, $count));
            $full = Config::root() . '/' . $part;
            if (is_link($full)) {
                throw Failure::unsupported('path', ucfirst($part) . ' is a link. The companion does not follow links');
            }
            if ($count <= 2 && !is_dir($full)) {
                throw Failure::unsupported('path', 'WHMCS has no folder ' . $part);
            }
            $isLast = $count === count($parts);
            if (file_exists($full) && ($isLast ? !is_file($full) : !is_dir($full))) {
                throw Failure::unsupported('path', $part . ' is not a ' . ($isLast ? 'file' : 'folder'));
            }
        }
    }

    /**
     * @return mixed
     */
    private function attempt(string $verb, callable $work)
    {
        try {
            return $work();
        } catch (\ErrorException $error) {
            throw Failure::unsupported(
                'path',
                sprintf(
                    'PHP cannot %s %s. Check the owner and the permissions of the file and of its folder',
                    $verb,
                    $this->path
                )
            );
        }
    }
}
