"""Partial dates for tests: one as written, and any."""

from datetime import date

from hypothesis import strategies as st

from app.values.dates import DateTextError, PartialDate


def a_date(text: str) -> PartialDate:
    return PartialDate.parse(text)


def is_refused(text: str) -> bool:
    try:
        a_date(text)
    except DateTextError:
        return True
    return False


years = st.integers(1850, 2200).map("{:04}".format)
months = st.builds("{}-{:02}".format, years, st.integers(1, 12))
days = st.dates(date(1850, 1, 1), date(2200, 12, 31)).map(date.isoformat)
seasons = st.builds("{}-{}".format, years, st.integers(21, 24))
masked = st.one_of(months.map("{}-XX".format), years.map("{}-XX".format), years.map("{}-XX-XX".format))
decades = st.integers(185, 219).map("{}X".format)
single_dates = st.builds(
    "{}{}".format,
    st.one_of(years, months, days, seasons, masked, decades),
    st.sampled_from(["", "", "~", "?", "%"]),
)
ends = st.one_of(single_dates, st.sampled_from(["..", ""]))
intervals = st.builds("{}/{}".format, ends, ends)
partial_dates = st.one_of(single_dates, intervals.filter(lambda text: not is_refused(text))).map(a_date)
