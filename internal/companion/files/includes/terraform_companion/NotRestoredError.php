<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A failed write of which something is left. The message repeats only what the caller may see of the cause.
 */
final class NotRestoredError extends ShownError
{
    /** @var array */
    private $details = [];

    /**
     * @param \Throwable $cause what made the write fail
     * @param string $left what is left, and what to do about it
     */
    public function __construct(\Throwable $cause, string $left)
    {
        $text = 'The write failed';
        if ($cause instanceof Failure) {
            $text .= ': ' . $cause->what();
            $this->details = array_intersect_key($cause->details(), ['reason' => true]);
            $text .= isset($this->details['reason']) ? ' (reason: ' . $this->details['reason'] . ')' : '';
        } elseif ($cause instanceof ShownError) {
            $text .= ': ' . $cause->getMessage();
        }
        parent::__construct($text . '. ' . $left);
    }

    /** @return array the reason of the cause, if it has one */
    public function details(): array
    {
        return $this->details;
    }
}
