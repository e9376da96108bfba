-- grain: set, cell; a set is a whole and its parts at one place and time: an area and what it is made of, for one
--   indicator; or an indicator and the parts of a declared identity, in one area
-- unit: the indicator's unit
-- formula: a province is made of its cities, and of its regions, and of what belongs to no city (省直), where it is
--   given; a region of its cities; a composite of its members; needed counts the parts that may not be missing
-- reads: observations, indicators, areas, area_members, identities
WITH inside AS (
    SELECT
        area_code AS whole_code,
        'members' AS made_of,
        member_code AS part_code
    FROM area_members
    UNION ALL
    SELECT
        parent_code AS whole_code,
        level AS made_of,
        area_code AS part_code
    FROM areas
    WHERE parent_code IS NOT NULL
    UNION ALL
    SELECT
        r.parent_code AS whole_code,
        c.level AS made_of,
        c.area_code AS part_code
    FROM areas AS c
    INNER JOIN areas AS r ON c.parent_code = r.area_code
    WHERE r.level = 'region'
    UNION ALL
    SELECT
        parent_code AS whole_code,
        'prefecture' AS made_of,
        area_code AS part_code
    FROM areas
    WHERE area_code LIKE '%-DIRECT'
),

sized AS (
    SELECT
        whole_code,
        made_of,
        part_code,
        part_code NOT LIKE '%-DIRECT' AS is_needed,
        SUM(CASE WHEN part_code LIKE '%-DIRECT' THEN 0 ELSE 1 END) OVER (PARTITION BY whole_code, made_of) AS needed
    FROM inside
),

area_sets AS (
    SELECT
        whole_code,
        made_of,
        part_code AS area_code,
        FALSE AS is_whole,
        is_needed,
        needed
    FROM sized
    UNION ALL
    SELECT DISTINCT
        whole_code,
        made_of,
        whole_code AS area_code,
        TRUE AS is_whole,
        FALSE AS is_needed,
        needed
    FROM sized
),

identity_sets AS (
    SELECT
        identity_id,
        relation,
        part_id AS indicator_id,
        FALSE AS is_whole,
        COUNT(*) OVER (PARTITION BY identity_id) AS needed
    FROM identities
    UNION ALL
    SELECT DISTINCT
        identity_id,
        relation,
        whole_id AS indicator_id,
        TRUE AS is_whole,
        COUNT(*) OVER (PARTITION BY identity_id) AS needed
    FROM identities
),

levels AS (
    SELECT
        o.*,
        i.additivity
    FROM observations AS o
    INNER JOIN indicators AS i ON o.indicator_id = i.indicator_id
    WHERE
        o.measure = 'level'
        AND ((o.value IS NOT NULL AND o.qualifier = 'exact') OR o.obs_status = 'Q')
)

SELECT
    CONCAT_WS(
        ' ', s.whole_code, s.made_of, l.indicator_id, l.sector_code, l.source_id, l.basis, l.price_basis,
        l.definition_id, l.period
    ) AS set_id,
    CONCAT(s.whole_code, ' ', s.made_of) AS set_name,
    'equals' AS relation,
    s.is_whole,
    s.is_needed,
    s.needed,
    l.*
FROM levels AS l
INNER JOIN area_sets AS s ON l.area_code = s.area_code
WHERE l.additivity <> 'not_additive'
UNION ALL
SELECT
    CONCAT_WS(
        ' ', s.identity_id, l.area_code, l.sector_code, l.source_id, l.basis, l.price_basis, l.period
    ) AS set_id,
    s.identity_id AS set_name,
    s.relation,
    s.is_whole,
    NOT s.is_whole AS is_needed,
    s.needed,
    l.*
FROM levels AS l
INNER JOIN identity_sets AS s ON l.indicator_id = s.indicator_id
