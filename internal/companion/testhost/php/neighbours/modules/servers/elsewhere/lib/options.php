<?php

declare(strict_types=1);

namespace Elsewhere;

final class Options
{
    public static function all(): array
    {
        return [
            'Plan' => ['Type' => 'text', 'Size' => 25],
            'Token' => ['Type' => 'password', 'Size' => 25],
        ];
    }
}
