<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The pay type of a product addon. Older installations hold other spellings, such as "Free" and "Monthly" (seen).
 */
final class AddonPayType extends Choice
{
    public function read(array $row, $related)
    {
        $column = $this->options['column'];

        return parent::read([$column => strtolower((string) $row[$column])], $related);
    }
}
