<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Errors;
use TerraformCompanion\Lookups;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A kind that is read and written only as part of another object, its owner. Its rows are in a table of their own and
 * hold the id of the owner.
 */
abstract class Part extends Kind
{
    protected const ROW_BYTES = 500;

    /** @return string the column that holds the owner's id */
    abstract public function ownerColumn(): string;

    /** @return int[] approximate number of bytes of an owner's parts in a response, by the owner's id */
    public function weightsOfOwners(array $ids): array
    {
        $owner = $this->ownerColumn();
        $query = $this->query()->select($owner)->selectRaw('SUM(' . $this->weight() . ') AS weight')->groupBy($owner);
        $weights = [];
        foreach ($this->context->db()->rows(Lookups::among($query, $owner, $ids)) as $row) {
            $weights[(int) $row[$owner]] = (int) $row['weight'];
        }

        return $weights;
    }

    /** @return array[] rows in internal form by id, by the owner's id */
    public function ofOwners(array $ids, bool $lock = false): array
    {
        $owner = $this->ownerColumn();
        $query = Lookups::among($this->query(), $owner, $ids)->orderBy('id');
        $stored = $this->context->db()->rows($lock ? $this->byId($query)->lockForUpdate() : $query);
        $rows = $this->internal($stored, null, $lock);
        $found = [];
        foreach ($stored as $row) {
            $found[(int) $row[$owner]][(int) $row['id']] = $rows[(int) $row['id']];
        }

        return $found;
    }

    /** @return string the new row's id */
    public function add(string $ownerId, array $values): string
    {
        $id = $this->insert($values);
        $this->query()->where('id', (int) $id)->update([$this->ownerColumn() => (int) $ownerId]);
        $this->apply($id, $values, $this->fetchOne($id));

        return $id;
    }

    /**
     * Checks values of a part that depend on the stored part.
     *
     * @param array|null $before the stored part. Null for a new one.
     */
    public function partRules(array $values, ?array $before, string $path, Errors $errors): void
    {
    }

    /** Whether a new part is one that is there already, which other code made. */
    public function isTwin(array $values, array $row): bool
    {
        return false;
    }

    public function removeOfOwner(string $ownerId): void
    {
        foreach (
            $this->context->db()->rows($this->query()->select('id')->where(
                $this->ownerColumn(),
                (int) $ownerId
            )) as $row
        ) {
            $this->remove((string) $row['id']);
        }
    }
}
