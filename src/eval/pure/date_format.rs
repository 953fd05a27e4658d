//! A date with its offset and a .NET format to text, in the invariant culture.

use std::fmt::Write as _;

use super::date::{Date, Moment, TICKS_PER_DAY, TICKS_PER_SECOND};

pub(super) const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Runs of one letter, quotes and escapes of a custom format; a single letter is a standard format.
pub(super) fn format_date(moment: Moment, format: &str) -> Result<String, String> {
    let illegal = || format!("'{format}' is not a format for dates");
    let mut chars = format.chars();
    let (pattern, in_utc) = match (chars.next(), chars.next()) {
        (None, _) => ("MM/dd/yyyy HH:mm:ss zzz", false),
        (Some(letter), None) => standard_pattern(letter).ok_or_else(illegal)?,
        _ => (format, false),
    };
    let moment = if in_utc {
        Moment {
            clock: moment.utc(),
            offset: 0,
        }
    } else {
        moment
    };
    Parts::new(moment).custom(pattern).ok_or_else(illegal)
}

/// The pattern of a standard format, and whether it shows UTC.
fn standard_pattern(letter: char) -> Option<(&'static str, bool)> {
    Some(match letter {
        'd' => ("MM/dd/yyyy", false),
        'D' => ("dddd, dd MMMM yyyy", false),
        'f' => ("dddd, dd MMMM yyyy HH:mm", false),
        'F' => ("dddd, dd MMMM yyyy HH:mm:ss", false),
        'g' => ("MM/dd/yyyy HH:mm", false),
        'G' => ("MM/dd/yyyy HH:mm:ss", false),
        'm' | 'M' => ("MMMM dd", false),
        'o' | 'O' => ("yyyy-MM-ddTHH:mm:ss.fffffffzzz", false),
        'r' | 'R' => ("ddd, dd MMM yyyy HH:mm:ss 'GMT'", true),
        's' => ("yyyy-MM-ddTHH:mm:ss", false),
        't' => ("HH:mm", false),
        'T' => ("HH:mm:ss", false),
        'u' => ("yyyy-MM-dd HH:mm:ssZ", true),
        'y' | 'Y' => ("yyyy MMMM", false),
        _ => return None,
    })
}

struct Parts {
    day: Date,
    weekday: &'static str,
    /// Seconds of the day.
    seconds: i64,
    /// Ticks of the second.
    ticks: i64,
    /// Minutes from UTC.
    offset: i64,
}

impl Parts {
    fn new(moment: Moment) -> Self {
        let number = moment.clock.div_euclid(TICKS_PER_DAY);
        let in_day = moment.clock.rem_euclid(TICKS_PER_DAY);
        // The first day of the calendar is a Monday.
        let weekday = usize::try_from((number + 1).rem_euclid(7)).unwrap_or(0);
        Self {
            day: Date::from_number(number),
            weekday: DAYS.get(weekday).copied().unwrap_or_default(),
            seconds: in_day / TICKS_PER_SECOND,
            ticks: in_day % TICKS_PER_SECOND,
            offset: moment.offset,
        }
    }

    /// None if the pattern is malformed.
    fn custom(&self, pattern: &str) -> Option<String> {
        let mut out = String::new();
        let mut rest = pattern;
        while let Some(c) = rest.chars().next() {
            let after = rest.get(c.len_utf8()..)?;
            rest = match c {
                '\'' | '"' => quoted(after, c, &mut out)?,
                '\\' => {
                    let escaped = after.chars().next()?;
                    out.push(escaped);
                    after.get(escaped.len_utf8()..)?
                }
                '%' => {
                    // Makes a single letter a custom format.
                    if after.is_empty() || after.starts_with('%') {
                        return None;
                    }
                    after
                }
                'd' | 'M' | 'y' | 'h' | 'H' | 'm' | 's' | 'f' | 'F' | 't' | 'g' | 'z' => {
                    let end = rest.find(|other| other != c).unwrap_or(rest.len());
                    self.run(c, end, &mut out)?;
                    rest.get(end..)?
                }
                'K' => {
                    self.run('z', 3, &mut out)?;
                    after
                }
                _ => {
                    out.push(c);
                    after
                }
            };
        }
        Some(out)
    }

    /// A run of one letter.
    fn run(&self, letter: char, length: usize, out: &mut String) -> Option<()> {
        let hour = self.seconds / 3600;
        match letter {
            'd' if length >= 3 => out.push_str(named(self.weekday, length)),
            'd' => padded(self.day.day, length, out),
            'M' if length >= 3 => {
                let month = usize::try_from(self.day.month - 1).ok()?;
                out.push_str(named(MONTHS.get(month)?, length));
            }
            'M' => padded(self.day.month, length, out),
            'y' if length <= 2 => padded(self.day.year % 100, length, out),
            'y' => {
                let year = self.day.year.to_string();
                out.extend(std::iter::repeat_n('0', length.saturating_sub(year.len())));
                out.push_str(&year);
            }
            'h' => padded((hour + 11) % 12 + 1, length, out),
            'H' => padded(hour, length, out),
            'm' => padded(self.seconds / 60 % 60, length, out),
            's' => padded(self.seconds % 60, length, out),
            'f' | 'F' => self.fraction(letter, length, out)?,
            't' => {
                let name = if hour < 12 { "AM" } else { "PM" };
                out.push_str(name.get(..length.min(2))?);
            }
            'g' => out.push_str("A.D."),
            _ => {
                out.push(if self.offset < 0 { '-' } else { '+' });
                padded(self.offset.abs() / 60, length, out);
                if length >= 3 {
                    out.push(':');
                    padded(self.offset.abs() % 60, 2, out);
                }
            }
        }
        Some(())
    }

    /// `F` drops zeros at the end, and the point before it if nothing is left.
    fn fraction(&self, letter: char, length: usize, out: &mut String) -> Option<()> {
        let digits = format!("{:07}", self.ticks);
        let digits = digits.get(..length)?;
        if letter == 'f' {
            out.push_str(digits);
            return Some(());
        }
        let digits = digits.trim_end_matches('0');
        if digits.is_empty() && out.ends_with('.') {
            out.pop();
        }
        out.push_str(digits);
        Some(())
    }
}

/// The text up to the closing quote; gives what follows it.
fn quoted<'a>(text: &'a str, quote: char, out: &mut String) -> Option<&'a str> {
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => out.push(chars.next()?.1),
            _ if c == quote => return text.get(at + 1..),
            _ => out.push(c),
        }
    }
    None
}

/// Three letters are the short name.
fn named(name: &str, length: usize) -> &str {
    if length == 3 {
        name.get(..3).unwrap_or(name)
    } else {
        name
    }
}

/// One letter gives no padding, more than one two digits.
fn padded(number: i64, length: usize, out: &mut String) {
    let width = length.min(2);
    let _ = write!(out, "{number:0width$}");
}

#[cfg(test)]
mod tests {
    use super::super::date::date_time_add;

    #[test]
    fn formats_are_those_of_dotnet() {
        for (format, expected) in [
            ("d", "01/02/2020"),
            ("D", "Thursday, 02 January 2020"),
            ("f", "Thursday, 02 January 2020 22:20"),
            ("F", "Thursday, 02 January 2020 22:20:30"),
            ("g", "01/02/2020 22:20"),
            ("G", "01/02/2020 22:20:30"),
            ("M", "January 02"),
            ("Y", "2020 January"),
            ("o", "2020-01-02T22:20:30.4560000+02:00"),
            ("r", "Thu, 02 Jan 2020 20:20:30 GMT"),
            ("s", "2020-01-02T22:20:30"),
            ("t", "22:20"),
            ("T", "22:20:30"),
            ("u", "2020-01-02 20:20:30Z"),
            ("", "01/02/2020 22:20:30 +02:00"),
            ("%d", "2"),
            (
                "h tt dddd MMMM yy fff FFF zzz K",
                "10 PM Thursday January 20 456 456 +02:00 +02:00",
            ),
            ("yyyyy y hh t z zz gg", "02020 20 10 P +2 +02 A.D."),
            ("yyyy''-''MM", "2020-01"),
            ("'at' \"h\" \\h", "at h h"),
            ("1.29.7", "1.29.7"),
        ] {
            let date = date_time_add("2020-01-01T22:20:30.456+02:00", "P1D", Some(format));
            assert_eq!(date.as_deref(), Ok(expected), "{format}");
        }
        for format in ["U", "Q", "K", "%", "%%", "'open", "\\", "ffffffff", "/"] {
            assert!(
                date_time_add("2020-01-01", "P1D", Some(format)).is_err(),
                "{format}"
            );
        }
        let whole = date_time_add("2020-01-01", "P1D", Some("ss.FFF|")).unwrap();
        assert_eq!(whole, "00|");
    }
}
