<?php

declare(strict_types=1);

namespace TerraformCompanion;

use TerraformCompanion\Kind\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The operations of TerraformRead.
 */
final class Reader
{
    private const MAX_LIMIT = 500;

    /** Approximate size of the rows in one response. Building it needs several times as much memory. */
    private const MAX_BYTES = 2097152;

    private $context;

    private $validator;

    public function __construct(Context $context)
    {
        $this->context = $context;
        $this->validator = new Validator($context);
        $context->secrets()->forbidComparison();
    }

    public function run(Request $request): array
    {
        switch ($request->text('op')) {
            case 'info':
                return (new Info($this->context))->payload();
            case 'list':
                return $this->page($request);
            case 'get':
                return $this->some($request);
            case 'validate':
                return $this->validate($request);
            case 'batch':
                return (new Batch($this->context, function (Request $one): array {
                    return $this->validate($one);
                }))->run($request);
            case 'discover':
                return $this->discover($request);
            default:
                throw Failure::unsupported('op', sprintf('TerraformRead has no operation "%s"', $request->get('op')));
        }
    }

    private function kind(Request $request): Kind
    {
        return $this->context->kinds()->get($request->text('kind'));
    }

    private function with(Request $request, Kind $kind): array
    {
        $with = $request->texts('with');
        if (array_diff($with, $kind->name() === 'product' ? ['usage', 'impact'] : ['usage'])) {
            throw Failure::invalid('with', 'must contain only usage, and impact for products');
        }

        return $with;
    }

    /** The requested objects, and the ids of those that do not fit. The caller requests these ids again. */
    private function some(Request $request): array
    {
        $kind = $this->kind($request);
        $with = $this->with($request, $kind);
        $ids = $request->ids(Registry::hasNames($kind->name()));
        $rest = [];
        if (count($ids) > 1) {
            list($ids, $rest) = $this->fitting($kind, $ids);
        }

        return ['rows' => $ids ? $this->rows($kind, $ids, $with) : [], 'remaining' => $rest];
    }

    /** @return array[] the ids whose rows fit into one response, at least one, and the other existing ids */
    private function fitting(Kind $kind, array $ids): array
    {
        $existing = $kind->weights($ids);
        $bytes = 0;
        $count = 0;
        foreach ($existing as $weight) {
            $bytes += $weight;
            if ($count > 0 && $bytes > self::MAX_BYTES) {
                break;
            }
            $count++;
        }
        $ids = array_map('strval', array_keys($existing));

        return [array_slice($ids, 0, $count), array_slice($ids, $count)];
    }

    private function rows(Kind $kind, array $ids, array $with): array
    {
        $rows = $kind->fetch($ids);
        $withUsage = in_array('usage', $with, true);
        $usage = $withUsage ? $kind->usage(array_keys($rows)) : [];
        $withImpact = in_array('impact', $with, true);
        $impact = $withImpact ? (new Impact($this->context))->of(array_keys($rows)) : [];
        $presented = [];
        foreach ($rows as $id => $row) {
            $row = $kind->present($row);
            if ($withUsage) {
                $row['usage'] = (object) (isset($usage[$id]) ? $usage[$id] : []);
            }
            if ($withImpact) {
                $row['impact'] = $impact[$id];
            }
            $presented[] = $row;
        }

        return $presented;
    }

    private function page(Request $request): array
    {
        $kind = $this->kind($request);
        $with = $this->with($request, $kind);
        $limit = $request->get('limit');
        $limit = $limit === null ? 100 : $limit;
        if (!is_int($limit) || $limit < 1 || $limit > self::MAX_LIMIT) {
            throw Failure::invalid('limit', 'must be a whole number from 1 to ' . self::MAX_LIMIT);
        }
        $after = $request->get('after') === null ? null : $request->id('after', Registry::hasNames($kind->name()));
        $ids = $this->matching($kind, $request->object('filter'), $after, $limit + 1);
        $more = count($ids) > $limit;
        $page = array_slice($ids, 0, $limit);
        list($ids, $rest) = $this->fitting($kind, $page);

        return [
            'rows' => $ids ? $this->rows($kind, $ids, $with) : [],
            'next' => $more || $rest ? (string) ($ids ? end($ids) : end($page)) : null,
        ];
    }

    /** The first ids after one that match a filter. */
    private function matching(Kind $kind, array $filter, ?string $after, int $limit): array
    {
        $fields = [];
        $errors = new Errors();
        foreach ($filter as $name => $wanted) {
            $field = $kind->rowField((string) $name);
            if ((string) $name === 'id') {
                if (!(Registry::hasNames($kind->name()) ? Request::isName($wanted) : Request::isId($wanted))) {
                    $errors->invalid('filter.id', 'must be an id of the kind ' . $kind->name());
                }
                continue;
            }
            if ($field === null || !$field->isScalar() || is_array($wanted) || $wanted instanceof \stdClass) {
                $errors->invalid('filter.' . $name, 'cannot be used as a filter');
                continue;
            }
            $fields[$field->name()] = $field;
        }
        $errors->raise();

        return $kind->find($fields, $filter, $after, $limit);
    }

    /** Describes an addon module: the names of its settings and the columns of its tables, never a value. */
    private function discover(Request $request): array
    {
        $addon = $request->text('addon');
        if (!Modules::isName($addon)) {
            throw Failure::invalid('addon', 'must be the name of a module');
        }
        $addons = $this->context->addons();
        $settings = array_map('strval', array_keys($addons->stored($addon)));
        sort($settings, SORT_STRING);

        return [
            'addon' => $addon,
            'installed' => $this->context->modules()->has($addon, 'addons'),
            'active' => $addons->isActive($addon),
            'settings' => $settings,
            'tables' => (object) $addons->tables($addon),
        ];
    }

    /** A dry run: the failure that the write would give. No other code than the companion's runs. */
    private function validate(Request $request): array
    {
        $name = $request->text('kind');
        $id = $request->get('id') === null ? null : $request->id('id', Registry::hasNames($name));
        $expect = $request->object('expect');
        $raw = $request->object('values');
        $unknown = $request->texts('unknown');
        $guarded = $request->texts('guard_live');
        $allowDuplicate = $request->flag('allow_duplicate_name');
        $connects = $request->flag('connect');
        $this->validator->checkSafetySettings('validate', $name, $id);
        $kind = $this->validator->writable($name);
        $kind->requireOperation($id === null ? 'create' : 'update');
        if ($connects && $name !== 'solusvm2_billing') {
            throw Failure::invalid('connect', 'must be absent for kinds other than solusvm2_billing');
        }
        $this->validator->rememberSecrets($kind, $raw);
        $values = $this->validator->values($kind, $raw, $id === null, $unknown);
        $before = null;
        if ($id !== null) {
            $this->validator->expectForm($kind, $expect);
            $this->validator->guardForm($kind, $guarded);
            $before = $kind->fetchOne($id);
            if ($before === null) {
                throw Failure::notFound($name, $id);
            }
            $this->validator->compare($kind, $expect, $before);
        }
        $changes = $this->validator->against($kind, $values, $before, $unknown, false, $allowDuplicate);
        if ($before !== null) {
            $this->validator->guardLive($kind, $values, $before, $guarded);
        }
        if ($connects) {
            (new SolusVm2\Connect($this->context))->demandLocations(true);
        }

        return ['ok' => true] + (new PriceGuards($this->context))->budget($changes);
    }
}
