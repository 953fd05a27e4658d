//! A number and a .NET numeric format, standard (`N2`) or custom (`#,##0.00`), to text in the invariant culture.

use super::number::{general_text, rounded_digits, shortest_digits};
use super::number_pattern::format_pattern;

/// Longest precision that is honoured; .NET takes more than anybody can want.
const MAX_PRECISION: usize = 100_000;

/// More decimals or digits than this a double does not have.
const FLOAT_DIGITS: usize = 1100;

/// A number ready to be written.
#[derive(Clone, Debug)]
pub(super) struct Decimal {
    /// Below zero.
    pub(super) negative: bool,
    /// Significant digits without zeros at either end; none for zero.
    pub(super) digits: String,
    /// How many digits stand before the decimal point; may be negative.
    pub(super) point: i32,
    /// What it was.
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Integer(i64),
    BigInteger,
    Float(f64),
}

impl Decimal {
    pub(super) fn integer(value: i64) -> Self {
        Self::of_digits(
            value < 0,
            &value.unsigned_abs().to_string(),
            Kind::Integer(value),
        )
    }

    pub(super) fn big_integer(text: &str) -> Self {
        let digits = text.trim_start_matches('-');
        Self::of_digits(text.starts_with('-'), digits, Kind::BigInteger)
    }

    /// A number that is neither infinite nor NaN.
    pub(super) fn float(value: f64) -> Self {
        let (digits, point) = shortest_digits(value.abs());
        let kind = Kind::Float(value);
        Self {
            negative: value.is_sign_negative(),
            digits,
            point,
            kind,
        }
    }

    pub(super) fn is_float(&self) -> bool {
        matches!(self.kind, Kind::Float(_))
    }

    fn of_digits(negative: bool, whole: &str, kind: Kind) -> Self {
        let whole = whole.trim_start_matches('0');
        let point = i32::try_from(whole.len()).unwrap_or(i32::MAX);
        let digits = whole.trim_end_matches('0').to_owned();
        Self {
            negative,
            digits,
            point,
            kind,
        }
    }

    /// Rounded to so many digits; a half goes up for integers, to the even digit for doubles, as in .NET.
    fn significant(&self, count: usize) -> (String, i32) {
        match self.kind {
            Kind::Float(value) => rounded_digits(value.abs(), count.min(FLOAT_DIGITS)),
            _ => round_half_up(
                &self.digits,
                self.point,
                i64::try_from(count).unwrap_or(i64::MAX),
            ),
        }
    }

    /// The absolute value with so many decimals, without grouping.
    fn fixed(&self, decimals: usize) -> String {
        let exact = decimals.min(FLOAT_DIGITS);
        let mut text = match self.kind {
            Kind::Float(value) => format!("{:.exact$}", value.abs()),
            _ if self.digits.is_empty() => "0".to_owned(),
            _ => {
                let zeros = usize::try_from(self.point).unwrap_or(0);
                let zeros = zeros.saturating_sub(self.digits.len());
                format!("{}{}", self.digits, "0".repeat(zeros))
            }
        };
        let written = text
            .split_once('.')
            .map_or(0, |(_, fraction)| fraction.len());
        if decimals > 0 && written == 0 {
            text.push('.');
        }
        text.extend(std::iter::repeat_n('0', decimals.saturating_sub(written)));
        text
    }
}

/// Digits rounded to the first `count`, half up; zeros at the end go.
pub(super) fn round_half_up(digits: &str, point: i32, count: i64) -> (String, i32) {
    let Ok(count) = usize::try_from(count) else {
        return (String::new(), 0);
    };
    let Some(next) = digits.as_bytes().get(count) else {
        return (digits.to_owned(), point);
    };
    let kept = digits.get(..count).unwrap_or_default();
    if *next < b'5' {
        let kept = kept.trim_end_matches('0');
        return (kept.to_owned(), if kept.is_empty() { 0 } else { point });
    }
    // Nines carry over to the digit before them.
    let head = kept.trim_end_matches('9');
    match head.char_indices().next_back() {
        None => ("1".to_owned(), point + 1),
        Some((at, last)) => {
            let next = char::from_digit(last.to_digit(10).unwrap_or(0) + 1, 10).unwrap_or('9');
            let start = head.get(..at).unwrap_or_default();
            (format!("{start}{next}"), point)
        }
    }
}

/// A letter with a precision is a standard format, anything else a pattern.
pub(super) fn format_number(number: &Decimal, format: &str) -> Result<String, String> {
    let mut chars = format.chars();
    let Some(letter) = chars.next() else {
        return Ok(general(number, None, 'E'));
    };
    let precision = chars.as_str();
    let all_digits = precision.bytes().all(|byte| byte.is_ascii_digit());
    if !letter.is_ascii_alphabetic() || !all_digits || precision.len() > 9 {
        return Ok(format_pattern(number, format));
    }
    let precision = match precision {
        "" => None,
        digits => Some(digits.parse::<usize>().unwrap_or(usize::MAX)),
    };
    if precision.is_some_and(|precision| precision > MAX_PRECISION) {
        return Err(format!("'{format}' asks for too many digits"));
    }
    standard(number, letter, precision)
        .ok_or_else(|| format!("'{format}' is not a format for this number"))
}

fn standard(number: &Decimal, letter: char, precision: Option<usize>) -> Option<String> {
    let sign = if number.negative { "-" } else { "" };
    let decimals = precision.unwrap_or(2);
    Some(match (letter.to_ascii_uppercase(), number.kind) {
        ('C', _) => {
            let text = grouped(&number.fixed(decimals));
            if number.negative {
                format!("(¤{text})")
            } else {
                format!("¤{text}")
            }
        }
        ('D', Kind::Integer(_) | Kind::BigInteger) => {
            format!("{sign}{}", zero_filled(&number.fixed(0), precision))
        }
        ('E', _) => {
            let (digits, point) = number.significant(precision.unwrap_or(6) + 1);
            format!(
                "{sign}{}",
                scientific(&digits, point, precision.unwrap_or(6), letter)
            )
        }
        ('F', _) => format!("{sign}{}", number.fixed(decimals)),
        ('G', _) => general(number, precision, if letter == 'g' { 'e' } else { 'E' }),
        ('N', _) => format!("{sign}{}", grouped(&number.fixed(decimals))),
        ('P', _) => format!("{sign}{} %", percent(number, decimals)),
        ('R', Kind::Float(_) | Kind::BigInteger) => general(number, None, 'E'),
        ('X', Kind::Integer(value)) => {
            let text = if letter == 'x' {
                format!("{value:x}")
            } else {
                format!("{value:X}")
            };
            zero_filled(&text, precision)
        }
        ('B', Kind::Integer(value)) => zero_filled(&format!("{value:b}"), precision),
        _ => return None,
    })
}

fn zero_filled(text: &str, width: Option<usize>) -> String {
    let fill = width.unwrap_or(0).saturating_sub(text.len());
    std::iter::repeat_n('0', fill).chain(text.chars()).collect()
}

fn general(number: &Decimal, precision: Option<usize>, symbol: char) -> String {
    let sign = if number.negative { "-" } else { "" };
    let text = match (precision, number.kind) {
        (None | Some(0), Kind::Float(_)) => general_text(&number.digits, number.point, 17, symbol),
        (None | Some(0), _) => number.fixed(0),
        (Some(count), _) => {
            let (digits, point) = number.significant(count);
            general_text(
                &digits,
                point,
                i32::try_from(count).unwrap_or(i32::MAX),
                symbol,
            )
        }
    };
    format!("{sign}{text}")
}

/// One digit before the point, three of the exponent.
fn scientific(digits: &str, point: i32, decimals: usize, symbol: char) -> String {
    let mut digits = digits.chars().chain(std::iter::repeat('0'));
    let first = digits.next().unwrap_or('0');
    let rest: String = digits.take(decimals).collect();
    let dot = if decimals == 0 { "" } else { "." };
    // Zero has no point of its own.
    let exponent = if first == '0' { 0 } else { point - 1 };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!(
        "{first}{dot}{rest}{symbol}{sign}{:03}",
        exponent.unsigned_abs()
    )
}

/// A hundred times the number: two more decimals are written and the point is moved behind them.
fn percent(number: &Decimal, decimals: usize) -> String {
    let text = number.fixed(decimals + 2);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let (moved, left) = fraction.split_at(fraction.len().min(2));
    let whole = format!("{whole}{moved}");
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let dot = if left.is_empty() { "" } else { "." };
    grouped(&format!("{whole}{dot}{left}"))
}

/// A comma between each three digits of the whole part.
fn grouped(text: &str) -> String {
    let whole = text.find('.').unwrap_or(text.len());
    let mut out = String::with_capacity(text.len() + whole / 3);
    for (index, c) in text.chars().enumerate() {
        if index > 0 && index < whole && (whole - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(format: &str, value: i64) -> Option<String> {
        format_number(&Decimal::integer(value), format).ok()
    }

    fn float(format: &str, value: f64) -> Option<String> {
        format_number(&Decimal::float(value), format).ok()
    }

    #[test]
    fn integers_take_standard_formats() {
        for (format, value, expected) in [
            ("N0", 8_175_133, "8,175,133"),
            ("N", -1234, "-1,234.00"),
            ("N0", 100, "100"),
            ("D4", 7, "0007"),
            ("D4", -7, "-0007"),
            ("d", 42, "42"),
            ("X", -1, "FFFFFFFFFFFFFFFF"),
            ("x4", 255, "00ff"),
            ("B", 5, "101"),
            ("C", 5, "¤5.00"),
            ("C", i64::from(i32::MIN), "(¤2,147,483,648.00)"),
            ("E2", 12345, "1.23E+004"),
            ("E2", -2, "-2.00E+000"),
            ("E0", 0, "0E+000"),
            ("F2", 5, "5.00"),
            ("P0", 1, "100 %"),
            ("P1", 0, "0.0 %"),
            ("P", -1234, "-123,400.00 %"),
            ("G", 1000, "1000"),
            ("G2", 12345, "1.2E+04"),
            ("g2", 12345, "1.2e+04"),
            ("F0", i64::MIN, "-9223372036854775808"),
        ] {
            assert_eq!(
                int(format, value).as_deref(),
                Some(expected),
                "{format} {value}"
            );
        }
        for format in ["Q", "R", "Z3"] {
            assert_eq!(int(format, 5), None);
        }
    }

    #[test]
    fn doubles_round_halves_to_even() {
        for (format, value, expected) in [
            ("F1", 2.25, "2.2"),
            ("F0", 2.5, "2"),
            ("F1", 1.55, "1.6"),
            ("e3", 1234.5, "1.234e+003"),
            ("P1", 0.256, "25.6 %"),
            ("P0", 0.004, "0 %"),
            ("G", 1.5, "1.5"),
            ("G2", 1.25, "1.2"),
            ("R", 0.1, "0.1"),
            ("N2", 1_234_567.891, "1,234,567.89"),
            ("F3", 1e21, "1000000000000000000000.000"),
            ("E", 0.0, "0.000000E+000"),
            ("", 1e21, "1E+21"),
        ] {
            assert_eq!(
                float(format, value).as_deref(),
                Some(expected),
                "{format} {value}"
            );
        }
        for format in ["D", "X", "B", "Q"] {
            assert_eq!(float(format, 5.5), None);
        }
    }

    #[test]
    fn long_numbers_are_written() {
        assert_eq!(float("F2000", 0.5).map(|text| text.len()), Some(2002));
        assert_eq!(float("E90000", 0.5).map(|text| text.len()), Some(90_007));
        assert_eq!(int("X90000", 5).map(|text| text.len()), Some(90_000));
        assert_eq!(int("D90000", 5).map(|text| text.len()), Some(90_000));
        assert_eq!(int("G90000", 5).as_deref(), Some("5"));
        let big = Decimal::big_integer("-123456789012345678901234567890");
        assert_eq!(
            format_number(&big, "N0").as_deref(),
            Ok("-123,456,789,012,345,678,901,234,567,890")
        );
    }

    #[test]
    fn digits_round_half_up() {
        assert_eq!(round_half_up("1995", 1, 3), ("2".to_owned(), 1));
        assert_eq!(round_half_up("995", 1, 2), ("1".to_owned(), 2));
        assert_eq!(round_half_up("5", 0, 0), ("1".to_owned(), 1));
        assert_eq!(round_half_up("4", 0, 0), (String::new(), 0));
        assert_eq!(round_half_up("9", 0, -1), (String::new(), 0));
    }
}
