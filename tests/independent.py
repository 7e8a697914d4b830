"""A second calculator: bookings, billings and backlog of the sample company in plain SQL, from its exports alone.

It knows nothing of the engine: events come from erp_events.csv, rates from rates.csv, the rules from the rule book.
Money is DECIMAL in USD (`usd`) or in document currency (`doc`), never a float.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb

#: Effect of a positive amount on the order value.
ORDER_SIGN = {
    "new": 1,
    "renewal": 1,
    "expansion": 1,
    "price_increase": 1,
    "correction": 1,
    "reinstatement": 1,
    "contraction": -1,
    "cancellation": -1,
    "return_authorisation": -1,
    "price_decrease": -1,
}
GROSS = ("new", "renewal", "expansion", "price_increase", "book_and_turn")
REDUCTIONS = ("contraction", "cancellation", "return_authorisation", "price_decrease")
BASES = ("shipment", "fulfilment", "billing")

READ = """
create table event as
select row_number() over () as n, "Event Type" as kind, concat_ws('|', Entity, "Order No", Line) as line,
    Entity as entity, Customer as customer, Region as region, Intercompany is null as external,
    Currency as currency, "Event Date"::date as day, "Entry Date"::date as entered,
    coalesce(Amount, '0')::decimal(15, 2) as doc, Reason as reason,
    Shippable = 'yes' as shippable, "Order No" like 'TM-%' as unordered, "Order Date"::date as order_date,
    "Commit Date"::date as commit_date, "Term Start"::date as term_start, "Term End"::date as term_end
from read_csv('{folder}/erp_events.csv', all_varchar = true);

create table rate as
select Currency as currency, "Date"::date as day, Type as type, "USD per unit"::decimal(9, 6) as rate
from read_csv('{folder}/rates.csv', all_varchar = true)
union all select 'USD', date '2000-01-01', 'spot', 1
union all select distinct 'USD', "Date"::date, 'closing', 1
from read_csv('{folder}/rates.csv', all_varchar = true) where Type = 'closing';

create table sign (kind varchar, sign integer);
"""

# A line's order value, what was billed and delivered of it, and the returns still on their way, day by day.
#   billed     invoices less credit notes of every cause; a price allowance lowers order and billing alike
#   delivered  goods: shipments less returns received, less the price allowed on them; services: what was billed
#   away       returns authorised and not yet received (delivery) or credited (billing): they may stand negative
RUNNING = """
create table running as
with daily as (
    select line, day, entered, any_value(shippable) as goods, any_value(unordered) as unordered,
        coalesce(sum(doc * sign), 0) as ordered,
        sum(case when kind = 'invoice' then doc when kind = 'credit_note' then -doc else 0 end) as billed,
        sum(case when kind = 'shipment' then doc when kind = 'return_receipt' then -doc
            when kind = 'credit_note' and reason = 'price' then -doc else 0 end) as shipped,
        sum(case when kind = 'return_authorisation' then doc else 0 end) as agreed,
        sum(case when kind = 'return_receipt' then doc else 0 end) as received,
        sum(case when kind = 'credit_note' and reason = 'return' then doc else 0 end) as credited,
        bool_or(kind = 'completion') as completed
    from event left join sign using (kind) group by line, day, entered
), sums as (
    select line, day, entered, goods, completed,
        sum(ordered + case when unordered then billed else 0 end) over w as ordered, sum(billed) over w as billed,
        sum(shipped) over w as shipped, sum(agreed) over w as agreed, sum(received) over w as received,
        sum(credited) over w as credited
    from daily window w as (partition by line order by day, entered)
)
select line, day, entered, basis, completed and (basis = 'billing' or not goods) as completed,
    case when basis = 'shipment' and not goods then 0 else ordered end as ordered,
    case when basis = 'shipment' and not goods then 0
        when goods and basis <> 'billing' then shipped else billed end as done,
    case when goods and basis <> 'billing' then agreed - received else agreed - credited end as away
from sums cross join (select unnest(['shipment', 'fulfilment', 'billing']) as basis);
"""

# What has left: never more than was ordered, returns on their way aside. On completion what the last invoice left
# over is written off or on, and stays so.
RELIEF = """
create table relieved as
with closed as (
    select *, sum(case when completed then ordered + away - done else 0 end)
        over (partition by line, basis order by day, entered) as residue
    from running
)
select line, basis, day, entered, least(done + residue, ordered + away) as total from closed;

create table flow as
with moves as (
    select line, day, kind as measure, doc from event where kind in (select kind from sign) and kind <> 'reinstatement'
    union all select line, day, 'cancellation', -doc from event where kind = 'reinstatement'
    union all select line, day, kind, doc from event where kind in ('invoice', 'credit_note')
    union all select line, day, 'book_and_turn', doc from event where unordered and kind = 'invoice'
    union all select line, day, 'relief_' || basis,
        total - coalesce(lag(total) over (partition by line, basis order by day, entered), 0) from relieved
), spot as (select currency, day, rate from rate where type = 'spot')
select l.*, m.day, m.measure, m.doc, s.rate, round(m.doc * s.rate, 2)::decimal(15, 2) as usd
from moves m join (select distinct line, entity, customer, region, external, currency from event) l using (line)
asof join spot s on l.currency = s.currency and m.day >= s.day
where m.doc <> 0;
"""

STOCK = """
with balance as (
    select line, sum(doc * case when measure in ('contraction', 'cancellation', 'return_authorisation',
        'price_decrease', 'relief_{basis}') then -1 else 1 end)::decimal(15, 2) as doc
    from flow where day <= '{as_of}' and measure not in ('invoice', 'credit_note')
        and (measure not like 'relief_%' or measure = 'relief_{basis}')
        and ('{basis}' <> 'shipment' or line in (select line from event where shippable))
    group by line
)
select l.*, b.doc, round(b.doc * r.rate, 2)::decimal(15, 2) as usd
from balance b join (select distinct line, entity, customer, region, external, currency from event) l using (line)
join rate r on r.currency = l.currency and r.type = 'closing' and r.day = '{as_of}'
where b.doc <> 0
"""


def month_end(day: date, months: int = 0) -> date:
    """Return the last day of a month, some months before or after that of a day."""
    count = day.year * 12 + day.month + months
    return date(count // 12, count % 12 + 1, 1) - timedelta(days=1)


class Calculator:
    """Figures of the exports in a folder."""

    def __init__(self, folder: Path) -> None:
        self.sql = duckdb.connect()
        self.sql.execute("set threads = 1; set preserve_insertion_order = true")
        self.sql.execute(READ.format(folder=folder))
        self.sql.executemany("insert into sign values (?, ?)", list(ORDER_SIGN.items()))
        self.sql.execute(RUNNING)
        self.sql.execute(RELIEF)
        self._stocks: dict[tuple[date, str], str] = {}

    def rows(self, query: str) -> list[tuple]:
        return self.sql.execute(query).fetchall()

    def stock(self, as_of: date, basis: str) -> str:
        """Return the table of the lines open at a month end."""
        if (as_of, basis) not in self._stocks:
            name = f"stock_{basis}_{as_of:%Y%m%d}"
            self.sql.execute(f"create table {name} as {STOCK.format(as_of=as_of, basis=basis)}")
            self._stocks[as_of, basis] = name
        return self._stocks[as_of, basis]

    def measures(self, start: date, end: date, by: str = "'All'", where: str = "external") -> dict[str, dict]:
        """Return the sums in USD by segment and measure, stocks and FX on each basis too."""
        found: dict[str, dict[str, Decimal]] = {}
        flows = f"""select {by}, measure, sum(usd) from flow
            where day between '{start}' and '{end}' and {where} group by all"""
        for segment, measure, usd in self.rows(flows):
            found.setdefault(segment, {})[measure] = usd
        for basis in BASES:
            for prefix, day in (("opening", start - timedelta(days=1)), ("backlog", end)):
                if day < date(2022, 11, 1):
                    continue
                stock = self.stock(day, basis)
                query = f"select {by}, sum(usd) from {stock} where {where} group by all having count(*) > 0"
                for segment, usd in self.rows(query):
                    found.setdefault(segment, {})[f"{prefix}_{basis}"] = usd
        return found

    def figures(self, start: date, end: date, basis: str, by: str = "'All'", where: str = "external") -> dict:
        """Return the figures of a span of whole months by segment; None where a ratio has no denominator."""
        return {segment: derived(sums, basis) for segment, sums in self.measures(start, end, by, where).items()}

    def decomposed_fx(self, end: date, basis: str) -> tuple[Decimal, int]:
        """Return O x (r1 - r0) + A x (r1 - rate of its day) - F x (r1 - rate of its day), never rounded.

        O is the opening balance of a currency, A what changed the order, F what left; with it the number of roundings
        that stand between this and line by line.
        """
        start = end.replace(day=1)
        opening, closing = (self.stock(day, basis) for day in (start - timedelta(days=1), end))
        reduce = ", ".join(f"'{name}'" for name in (*REDUCTIONS, f"relief_{basis}"))
        grow = ", ".join(f"'{name}'" for name in (*GROSS, "correction"))
        query = f"""
            with closing as (select currency, rate from rate where type = 'closing' and day = '{end}'),
            opening as (select currency, rate from rate where type = 'closing' and day = '{start - timedelta(days=1)}'),
            parts as (
                select o.doc * (c.rate - b.rate) as fx from {opening} o join closing c using (currency)
                join opening b using (currency) where external and currency <> 'USD'
                union all select f.doc * (c.rate - f.rate) * case when measure in ({reduce}) then -1 else 1 end
                from flow f join closing c using (currency) where external and currency <> 'USD'
                    and measure in ({reduce}, {grow}) and day between '{start}' and '{end}'
                union all select 0 from {closing} where external and currency <> 'USD'
            ) select sum(fx), count(*) from parts"""
        return self.rows(query)[0]

    def leeway(self, start: date, end: date, basis: str, by: str = "'All'", where: str = "external") -> dict:
        """Return by segment what rounding may move between relief and FX.

        What left a line on one day and was entered on several days is rounded entry by entry here; rounded together
        it may come to a cent more or less.
        """
        query = f"""
            select segment, sum(abs(together - apart)) from (
                select {by} as segment, sum(usd) as apart, round(sum(doc) * any_value(rate), 2) as together
                from flow where measure = 'relief_{basis}' and day between '{start}' and '{end}' and {where}
                group by line, day, segment)
            group by segment"""
        return dict(self.rows(query))

    def held(self, as_of: date) -> set[str]:
        """Return the lines whose last hold has not been released."""
        query = f"""select line from event where kind in ('hold', 'release') and day <= '{as_of}'
            group by line having arg_max(kind, n) = 'hold'"""
        return {line for (line,) in self.rows(query)}

    def open_lines(self, as_of: date, basis: str) -> list[tuple]:
        """Return (line, usd, order date, commit date, term start, term end) of the group's open lines."""
        return self.rows(f"""
            select s.line, s.usd, l.order_date, l.commit_date, l.term_start, l.term_end
            from {self.stock(as_of, basis)} s join (
                select line, arg_max(order_date, n) as order_date,
                    arg_max_null(commit_date, n) as commit_date, any_value(term_start) as term_start,
                    any_value(term_end) as term_end
                from event where day <= '{as_of}' group by line) l using (line)
            where s.external order by s.line""")

    def schedule(self, as_of: date, basis: str) -> dict[str, Decimal]:
        """Return the backlog by when it is due: a month's name, past due, later, unscheduled or on hold."""
        held = self.held(as_of)
        horizon = month_end(as_of, 12)
        found: dict[str, Decimal] = {}
        for line, usd, _, commit, start, end in self.open_lines(as_of, basis):
            due = end or commit
            if line in held:
                parts = {"on hold": usd}
            elif due is None:
                parts = {"unscheduled": usd}
            elif due < as_of:
                parts = {"past due": usd}
            elif end is not None and end > as_of:
                parts = spread(usd, max(start, as_of + timedelta(days=1)), end, horizon)
            else:
                parts = {f"{due:%Y-%m}" if due <= horizon else "later": usd}
            for slot, part in parts.items():
                found[slot] = found.get(slot, Decimal(0)) + part
        return found

    def ageing(self, as_of: date, basis: str, bounds: tuple[int, ...], *, overdue: bool) -> list[tuple[Decimal, int]]:
        """Return (usd, lines) per bucket of days, open below and closed above, and last of the lines without a date."""
        found = [(Decimal(0), 0) for _ in range(len(bounds) + 2)]
        for _, usd, ordered, commit, _, end in self.open_lines(as_of, basis):
            since = (end or commit) if overdue else ordered
            bucket = -1 if since is None else sum((as_of - since).days > bound for bound in bounds)
            found[bucket] = (found[bucket][0] + usd, found[bucket][1] + 1)
        return found


def derived(sums: dict[str, Decimal], basis: str) -> dict[str, Decimal | None]:
    """Return the figures that follow from the sums of one segment."""
    one = {name: sums.get(name, Decimal(0)) for name in (*ORDER_SIGN, *sums, "book_and_turn", "invoice", "credit_note")}
    gross = sum(one[name] for name in GROSS)
    reductions = sum(one[name] for name in REDUCTIONS)
    net = gross - reductions + one["correction"]
    opening, closing, left = (sums.get(f"{name}_{basis}", Decimal(0)) for name in ("opening", "backlog", "relief"))
    return {
        **one,
        "gross_bookings": gross,
        "bookings_reductions": reductions,
        "net_bookings": net,
        "gross_billings": one["invoice"],
        "net_billings": one["invoice"] - one["credit_note"],
        "opening_backlog": opening,
        "backlog": closing,
        "relieved": left,
        "fx_revaluation": closing - opening - net + left,
        "book_to_bill": quotient(net, one["invoice"] - one["credit_note"]),
        "cancellation_rate": quotient(one["cancellation"], opening),
    }


def quotient(above: Decimal, below: Decimal) -> Decimal | None:
    return above / below if below else None


def spread(usd: Decimal, first: date, last: date, horizon: date) -> dict[str, Decimal]:
    """Return an amount by month, the same for every day from first to last; running totals are rounded, not months."""
    days = (last - first).days + 1
    parts: dict[str, Decimal] = {}
    before = Decimal(0)
    end = month_end(first)
    while True:
        passed = min(days, (end - first).days + 1)
        total = (usd * passed / days).quantize(Decimal("0.01"), ROUND_HALF_UP)
        slot = f"{end:%Y-%m}" if end <= horizon else "later"
        parts[slot] = parts.get(slot, Decimal(0)) + total - before
        if passed == days:
            return parts
        before, end = total, month_end(end, 1)
