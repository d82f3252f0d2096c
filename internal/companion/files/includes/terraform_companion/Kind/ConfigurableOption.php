<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Field\Parts;
use TerraformCompanion\Lookups;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * One option of a configurable option group. Customers' choices refer to its id.
 */
final class ConfigurableOption extends Part
{
    /** Approximate number of bytes of a choice in a response, with its prices. */
    private const BYTES_OF_CHOICE = 1200;

    public function name(): string
    {
        return 'configurable_option';
    }

    public function ownerColumn(): string
    {
        return 'gid';
    }

    protected function define(): array
    {
        return [
            new Parts('sub_options', ['kind' => ConfigurableSubOption::class]),
        ];
    }

    public function weightsOfOwners(array $ids): array
    {
        $weights = parent::weightsOfOwners($ids);
        $choices = $this->field('sub_options')->part();
        if (!$this->field('sub_options')->isSupported()) {
            return $weights;
        }
        $query = $this->context->db()->table($choices->table())
            ->join($this->table(), $this->table() . '.id', '=', $choices->table() . '.' . $choices->ownerColumn())
            ->selectRaw($this->ownerColumn() . ' AS owner, COUNT(*) * ' . self::BYTES_OF_CHOICE . ' AS weight')
            ->groupBy($this->ownerColumn());
        foreach ($this->context->db()->rows(Lookups::among($query, $this->ownerColumn(), $ids)) as $row) {
            $weights[(int) $row['owner']] += (int) $row['weight'];
        }

        return $weights;
    }

    public function remove(string $id): void
    {
        $this->field('sub_options')->part()->removeOfOwner($id);
        parent::remove($id);
    }
}
