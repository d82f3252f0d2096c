<?php
namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A failed write that could not be taken back. Its message names tables and no value, and repeats a failure that the caller may see, so the caller
 * may see it.
 */
final class UndoError extends \RuntimeException
{
    private $details = [];

    /** @param \Throwable $first what made the write fail  @param string $left what is not as it was, and what to do about it */
    public function __construct(\Throwable $first, $left)
    {
        $text = 'The write failed';
        if ($first instanceof Failure) {
            $text .= ': ' . $first->what();
            $this->details = array_intersect_key($first->details(), ['reason' => true]);
            $text .= isset($this->details['reason']) ? ' (reason: ' . $this->details['reason'] . ')' : '';
        } elseif ($first instanceof ReadBackError) {
            $text .= ': ' . $first->getMessage();
        }
        parent::__construct($text . '. ' . $left);
    }

    /** @return array the reason of the first failure, where it has one */
    public function details()
    {
        return $this->details;
    }
}
