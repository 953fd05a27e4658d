//! Numbers to the text that .NET and its JSON writer give them, and text to the numbers of `int()` and `float()`.

/// Digits after which a number is written with an exponent: what it takes to tell any two doubles apart.
const MAX_FIXED_DIGITS: i32 = 17;

/// A double as `format('{0}', ..)` prints it: the shortest text that reads back as the same number.
pub fn float_text(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value.is_infinite() {
        return format!("{sign}Infinity");
    }
    let (digits, point) = shortest_digits(value.abs());
    format!(
        "{sign}{}",
        general_text(&digits, point, MAX_FIXED_DIGITS, 'E')
    )
}

/// A double as it is printed inside JSON: always with a point or an exponent. What JSON cannot say becomes text.
pub fn json_float_text(value: f64) -> String {
    let text = float_text(value);
    if !value.is_finite() {
        return format!("\"{text}\"");
    }
    if text.contains(['.', 'E']) {
        text
    } else {
        text + ".0"
    }
}

/// The significant digits of a number without sign, and how many of them stand before the decimal point.
/// Zero has no digits.
pub(super) fn shortest_digits(value: f64) -> (String, i32) {
    split_scientific(&format!("{value:e}"))
}

/// The same, rounded to a number of significant digits; an exact half goes to the even digit.
pub(super) fn rounded_digits(value: f64, significant: usize) -> (String, i32) {
    let decimals = significant.saturating_sub(1);
    split_scientific(&format!("{value:.decimals$e}"))
}

/// `1.25e-3` to its digits and the place of the point.
fn split_scientific(text: &str) -> (String, i32) {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return (String::new(), 0);
    }
    (digits.to_owned(), exponent.parse().unwrap_or(0) + 1)
}

/// Digits with the point at `point`, with an exponent where it would stand further out than `max_digits`.
pub(super) fn general_text(digits: &str, point: i32, max_digits: i32, symbol: char) -> String {
    if digits.is_empty() {
        return "0".to_owned();
    }
    if point > max_digits || point < -4 + 1 {
        let (first, rest) = digits.split_at(1);
        let dot = if rest.is_empty() { "" } else { "." };
        let exponent = point - 1;
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!(
            "{first}{dot}{rest}{symbol}{sign}{:02}",
            exponent.unsigned_abs()
        );
    }
    let Ok(before) = usize::try_from(point) else {
        let zeros = usize::try_from(-point).unwrap_or(0);
        return format!("0.{}{digits}", "0".repeat(zeros));
    };
    if before == 0 {
        format!("0.{digits}")
    } else if before >= digits.len() {
        format!("{digits}{}", "0".repeat(before - digits.len()))
    } else {
        let (whole, fraction) = digits.split_at(before);
        format!("{whole}.{fraction}")
    }
}

/// `int()` of a string: blanks around and a sign, ASCII digits, 64 bits.
pub fn parse_int(text: &str) -> Result<i64, String> {
    let trimmed = text.trim_matches(is_blank);
    let digits = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    trimmed
        .parse()
        .ok()
        .filter(|_| all_digits)
        .ok_or_else(|| format!("'{text}' is not an integer of 64 bits"))
}

/// `float()` of a string, in the invariant culture: commas between digits of the whole part count nothing.
pub fn parse_float(text: &str) -> Result<f64, String> {
    let trimmed = text.trim_matches(is_blank);
    let (sign, rest) = match trimmed.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    if rest.eq_ignore_ascii_case("infinity") {
        return Ok(sign * f64::INFINITY);
    }
    if rest.eq_ignore_ascii_case("nan") {
        return Ok(f64::NAN);
    }
    plain_number(rest)
        .map(|value| sign * value)
        .ok_or_else(|| format!("'{text}' is not a number"))
}

fn plain_number(text: &str) -> Option<f64> {
    let whole_end = text.find(['.', 'e', 'E']).unwrap_or(text.len());
    let (whole, rest) = text.split_at(whole_end);
    if whole.starts_with(',') {
        return None;
    }
    let number = whole.replace(',', "") + rest;
    let legal =
        |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
    let starts_well = number.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if !starts_well || !number.bytes().all(legal) {
        return None;
    }
    number.parse().ok()
}

fn is_blank(c: char) -> bool {
    matches!(c, '\t'..='\r' | ' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_as_in_dotnet() {
        for (value, plain, json) in [
            (1.0, "1", "1.0"),
            (-0.0, "-0", "-0.0"),
            (1.5, "1.5", "1.5"),
            (100.0, "100", "100.0"),
            (1e-7, "1E-07", "1E-07"),
            (0.0001, "0.0001", "0.0001"),
            (0.00001, "1E-05", "1E-05"),
            (0.012, "0.012", "0.012"),
            (1e16, "10000000000000000", "10000000000000000.0"),
            (1.5e16, "15000000000000000", "15000000000000000.0"),
            (1e20, "1E+20", "1E+20"),
            (1.25e21, "1.25E+21", "1.25E+21"),
            (1e300, "1E+300", "1E+300"),
            (
                123_456_789.123_456_79,
                "123456789.12345679",
                "123456789.12345679",
            ),
            (f64::NAN, "NaN", "\"NaN\""),
            (f64::NEG_INFINITY, "-Infinity", "\"-Infinity\""),
        ] {
            assert_eq!(float_text(value), plain);
            assert_eq!(json_float_text(value), json);
        }
    }

    #[test]
    fn integers_are_strict() {
        for (text, expected) in [
            (" 4 ", Some(4)),
            ("+4", Some(4)),
            ("-0", Some(0)),
            ("007", Some(7)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("4.0", None),
            ("1e3", None),
            ("1,000", None),
            ("+-4", None),
            ("+", None),
            ("٣", None),
            ("", None),
        ] {
            assert_eq!(parse_int(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn floats_are_lenient() {
        for (text, expected) in [
            (" 1.5 ", Some(1.5)),
            ("1,5", Some(15.0)),
            (".5", Some(0.5)),
            ("5.", Some(5.0)),
            ("-1.5e-3", Some(-0.0015)),
            ("-infinity", Some(f64::NEG_INFINITY)),
            ("1e400", Some(f64::INFINITY)),
            (",5", None),
            ("1.5,5", None),
            ("1e", None),
            ("inf", None),
            ("--1", None),
            ("", None),
            (".", None),
        ] {
            assert_eq!(parse_float(text).ok(), expected, "{text}");
        }
        assert!(parse_float("NaN").unwrap().is_nan());
    }
}
