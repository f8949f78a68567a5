"""Writes the calendars beside this file from the PyPI package exchange-calendars; only facts are taken from it.

    npm run calendars             # writes
    npm run calendars -- --check  # ends with 1 where it would write something else
"""

import sys
from collections import Counter, defaultdict
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

import exchange_calendars

FROM, UNTIL = date(1990, 1, 1), date(2035, 12, 31)
# Names of one calendar, and the file that is made of it. The package has to say the same of all of them.
CALENDARS = [(["XNYS", "XNAS"], "xnys.ts")]


def hours_of_days(name):
    """The opening hours of each day, as the exchange's clock shows them: {date: "09:30-16:00"}."""
    calendar = exchange_calendars.get_calendar(name, start=FROM.isoformat(), end=UNTIL.isoformat())
    if calendar.first_session.date() > FROM + timedelta(7) or calendar.last_session.date() < UNTIL - timedelta(7):
        raise SystemExit(f"{name}: the package knows only {calendar.first_session} to {calendar.last_session}")
    days = {}
    for day, row in calendar.schedule.iterrows():
        if row["break_start"] == row["break_start"]:
            raise SystemExit(f"{name}: {day.date()} has a break, which the form of the files has no place for")
        ends = [row[end].tz_convert(calendar.tz) for end in ("open", "close")]
        if any(end.date() != day.date() for end in ends):
            raise SystemExit(f"{name}: {day.date()} opens or closes on another day")
        days[day.date()] = "-".join(end.strftime("%H:%M") for end in ends)
    return str(calendar.tz), days


def by_year(days):
    """Lines `1990 01-01 02-19`."""
    years = defaultdict(list)
    for day in days:
        years[day.year].append(day.strftime("%m-%d"))
    return "\n".join(f"{year} {' '.join(years[year])}" for year in sorted(years))


def text_of(names, zone, days):
    usual = Counter(days.values()).most_common(1)[0][0]
    week = sorted({day.weekday() for day, hours in days.items() if hours == usual})
    if week != [0, 1, 2, 3, 4]:
        raise SystemExit(f"{names[0]}: the usual days are {week}, not Monday to Friday")
    all_days = [FROM + timedelta(i) for i in range((UNTIL - FROM).days + 1)]
    closed = [day for day in all_days if day.weekday() in week and day not in days]
    other = sorted({hours for hours in days.values() if hours != usual})
    special = "".join(
        f"    '{hours}': `\n{by_year(day for day in all_days if days.get(day) == hours)}`,\n" for hours in other
    )
    return f"""// Made by make-calendars.py from exchange-calendars {version("exchange-calendars")} ({", ".join(names)}); not to be edited.
// Days from {FROM} to {UNTIL}; each line is a year and its days.
export const {names[0]} = {{
  timeZone: '{zone}',
  week: {{ 'Mon-Fri': '{usual}' }},
  closed: `
{by_year(closed)}`,
  special: {{
{special}  }},
}} as const;
"""


def main():
    check = sys.argv[1:] == ["--check"]
    for names, file in CALENDARS:
        found = [hours_of_days(name) for name in names]
        if any(other != found[0] for other in found):
            raise SystemExit(f"{', '.join(names)} are no longer the same: give each a file of its own")
        path = Path(__file__).parent / file
        text = text_of(names, *found[0])
        if not check:
            path.write_text(text)
        elif path.read_text() != text:
            raise SystemExit(f"{path} is not what exchange-calendars {version('exchange-calendars')} gives")


main()
