//! A number and a custom numeric format of .NET (`#,##0.00;(#);zero`) to text in the invariant culture.

use std::fmt::Write as _;

use super::number_format::{Decimal, round_half_up};

/// Digits of a double that a custom format sees.
const FLOAT_DIGITS: i64 = 15;

/// A piece of a section.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    /// `0`: always a digit.
    Zero,
    /// `#`: a digit where there is one.
    Digit,
    Point,
    Comma,
    /// `%` or `‰`.
    Percent(char),
    /// `E+00`: the letter, whether a plus is written, least digits; and the same as it is written.
    Exponent(char, bool, usize, String),
    Literal(char),
}

/// Writes a number. The sections of the format are for positive numbers, negative ones and zero.
pub(super) fn format_pattern(number: &Decimal, format: &str) -> String {
    let sections = sections(format);
    let pick = |wanted: usize| match sections.get(wanted) {
        Some(section) if !section.is_empty() => wanted,
        _ => 0,
    };
    let is_float = number.is_float();
    let (mut digits, mut scale) = (number.digits.clone(), i64::from(number.point));
    if is_float {
        (digits, scale) = rounded(&digits, scale, FLOAT_DIGITS);
    }
    let mut section = pick(match (digits.is_empty(), number.negative) {
        (true, _) => 2,
        (false, true) => 1,
        (false, false) => 0,
    });
    loop {
        let pieces = pieces(sections.get(section).copied().unwrap_or_default());
        let layout = Layout::of(&pieces);
        if !digits.is_empty() {
            scale += layout.shift;
            let count = if layout.scientific {
                layout.count
            } else {
                scale + layout.count - layout.point
            };
            (digits, scale) = rounded(&digits, scale, count);
            // What rounds to zero is written as zero.
            if digits.is_empty() && pick(2) != section {
                section = pick(2);
                continue;
            }
        }
        let negative = number.negative && section == 0 && !digits.is_empty();
        return Writer::new(&layout, &digits, scale, negative).write(&pieces);
    }
}

fn rounded(digits: &str, scale: i64, count: i64) -> (String, i64) {
    let (digits, carried) = round_half_up(digits, 0, count);
    let scale = if digits.is_empty() {
        0
    } else {
        scale + i64::from(carried)
    };
    (digits, scale)
}

/// Splits at semicolons that stand outside of quotes.
fn sections(format: &str) -> Vec<&str> {
    let mut sections = Vec::new();
    let mut start = 0;
    let mut quote = None;
    let mut chars = format.char_indices();
    while let Some((at, c)) = chars.next() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '\\') => {
                chars.next();
            }
            (None, ';') => {
                sections.push(format.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    sections.push(format.get(start..).unwrap_or_default());
    sections
}

fn pieces(section: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = section;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '0' => pieces.push(Piece::Zero),
            '#' => pieces.push(Piece::Digit),
            '.' => pieces.push(Piece::Point),
            ',' => pieces.push(Piece::Comma),
            '%' | '‰' => pieces.push(Piece::Percent(c)),
            '\'' | '"' => {
                let end = rest.find(c).unwrap_or(rest.len());
                let (inside, after) = rest.split_at(end);
                pieces.extend(inside.chars().map(Piece::Literal));
                rest = after.strip_prefix(c).unwrap_or_default();
            }
            '\\' => {
                if let Some(escaped) = rest.chars().next() {
                    pieces.push(Piece::Literal(escaped));
                    rest = rest.get(escaped.len_utf8()..).unwrap_or_default();
                }
            }
            'e' | 'E' => match exponent(c, rest) {
                Some((piece, after)) => {
                    pieces.push(piece);
                    rest = after;
                }
                None => pieces.push(Piece::Literal(c)),
            },
            _ => pieces.push(Piece::Literal(c)),
        }
    }
    pieces
}

/// Zeros, with a sign before them, after the letter.
fn exponent(letter: char, text: &str) -> Option<(Piece, &str)> {
    let zeros = text.strip_prefix(['+', '-']).unwrap_or(text);
    let after = zeros.trim_start_matches('0');
    let count = zeros.len() - after.len();
    let written = text.strip_suffix(after)?;
    let piece = Piece::Exponent(
        letter,
        text.starts_with('+'),
        count,
        format!("{letter}{written}"),
    );
    (count > 0).then_some((piece, after))
}

/// What a section says as a whole. Digit places are counted from the left.
#[derive(Default)]
struct Layout {
    /// Digit places.
    count: i64,
    /// Digit places before the point.
    point: i64,
    /// Least digits before the point.
    least_before: i64,
    /// Least digits after the point.
    least_after: i64,
    grouped: bool,
    scientific: bool,
    /// Powers of ten that percent signs and commas before the point ask for.
    shift: i64,
}

impl Layout {
    fn of(pieces: &[Piece]) -> Self {
        let mut layout = Self::default();
        let (mut first_zero, mut after_last_zero, mut point) = (None, 0, None);
        // Where the last run of commas stands, and how long it is.
        let mut commas: Option<(i64, i64)> = None;
        for piece in pieces {
            match piece {
                Piece::Zero => {
                    first_zero.get_or_insert(layout.count);
                    layout.count += 1;
                    after_last_zero = layout.count;
                }
                Piece::Digit => layout.count += 1,
                Piece::Point => {
                    point.get_or_insert(layout.count);
                }
                Piece::Comma if layout.count > 0 && point.is_none() => {
                    commas = match commas {
                        Some((at, length)) if at == layout.count => Some((at, length + 1)),
                        Some(_) => {
                            layout.grouped = true;
                            Some((layout.count, 1))
                        }
                        None => Some((layout.count, 1)),
                    };
                }
                Piece::Percent(sign) => layout.shift += if *sign == '%' { 2 } else { 3 },
                Piece::Exponent(..) => layout.scientific = true,
                Piece::Comma | Piece::Literal(_) => {}
            }
        }
        layout.point = point.unwrap_or(layout.count);
        if let Some((at, length)) = commas {
            // Right before the point they divide by thousands, elsewhere they group.
            if at == layout.point {
                layout.shift -= 3 * length;
            } else {
                layout.grouped = true;
            }
        }
        layout.least_before = first_zero.map_or(0, |first| (layout.point - first).max(0));
        layout.least_after = (after_last_zero - layout.point).max(0);
        layout
    }
}

struct Writer<'a> {
    layout: &'a Layout,
    digits: std::str::Chars<'a>,
    /// The power of ten of the first digit, for the exponent.
    scale: i64,
    is_zero: bool,
    /// Digits left before the point, negative behind it.
    place: i64,
    /// Digits that have no place of their own; negative: places that have no digit.
    surplus: i64,
    scientific: bool,
    point_written: bool,
    out: String,
}

impl<'a> Writer<'a> {
    fn new(layout: &'a Layout, digits: &'a str, scale: i64, negative: bool) -> Self {
        let scientific = layout.scientific;
        Self {
            layout,
            digits: digits.chars(),
            scale,
            is_zero: digits.is_empty(),
            place: if scientific {
                layout.point
            } else {
                scale.max(layout.point)
            },
            surplus: if scientific { 0 } else { scale - layout.point },
            scientific,
            point_written: false,
            out: if negative {
                "-".to_owned()
            } else {
                String::new()
            },
        }
    }

    fn write(mut self, pieces: &[Piece]) -> String {
        for piece in pieces {
            match piece {
                Piece::Zero | Piece::Digit => {
                    self.flush();
                    self.digit();
                }
                Piece::Point => {
                    self.flush();
                    self.point();
                }
                Piece::Comma => {}
                Piece::Percent(c) | Piece::Literal(c) => self.out.push(*c),
                Piece::Exponent(letter, plus, least, written) => {
                    if self.scientific {
                        self.exponent(*letter, *plus, *least);
                        self.scientific = false;
                    } else {
                        self.out.push_str(written);
                    }
                }
            }
        }
        self.out
    }

    /// Digits before the first place.
    fn flush(&mut self) {
        while self.surplus > 0 {
            let digit = self.digits.next().unwrap_or('0');
            self.put(digit);
            self.place -= 1;
            self.surplus -= 1;
        }
    }

    fn digit(&mut self) {
        let digit = if self.surplus < 0 {
            self.surplus += 1;
            (self.place <= self.layout.least_before).then_some('0')
        } else {
            let zero = (self.place > -self.layout.least_after).then_some('0');
            self.digits.next().or(zero)
        };
        if let Some(digit) = digit {
            self.put(digit);
        }
        self.place -= 1;
    }

    fn put(&mut self, digit: char) {
        self.out.push(digit);
        if self.layout.grouped && self.place > 1 && (self.place - 1) % 3 == 0 {
            self.out.push(',');
        }
    }

    fn point(&mut self) {
        if self.place != 0 || self.point_written {
            return;
        }
        let digits_follow =
            self.layout.point < self.layout.count && !self.digits.as_str().is_empty();
        if self.layout.least_after > 0 || digits_follow {
            self.out.push('.');
            self.point_written = true;
        }
    }

    fn exponent(&mut self, letter: char, plus: bool, least: usize) {
        let exponent = if self.is_zero {
            0
        } else {
            self.scale - self.layout.point
        };
        let sign = match exponent {
            ..0 => "-",
            _ if plus => "+",
            _ => "",
        };
        let least = least.min(10);
        let _ = write!(
            self.out,
            "{letter}{sign}{:0least$}",
            exponent.unsigned_abs()
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::number_format::{Decimal, format_number};

    #[test]
    fn patterns_write_integers() {
        for (format, value, expected) in [
            ("#,##0.00", 1234, "1,234.00"),
            ("#,##0", 8_175_133, "8,175,133"),
            ("#,##0", 0, "0"),
            ("0,0", 1_234_567, "1,234,567"),
            ("#;(#);zero", -5, "(5)"),
            ("#;(#);zero", 0, "zero"),
            ("#;(#)", 0, ""),
            ("000", 7, "007"),
            ("0000", -7, "-0007"),
            ("000.00", 8_175_133, "8175133.00"),
            ("yyyy-MM-dd", 5, "yyyy-MM-dd"),
            ("abc", -5, "-abc"),
            ("0,", 12_500, "13"),
            ("0,,.0", 12_500_000, "12.5"),
            ("0%", 2, "200%"),
            ("0.0E+00", 12_345, "1.2E+04"),
            ("00E0", 12_345, "12E3"),
            ("0E", 5, "5E"),
            ("'#'0\"'\"\\0", 5, "#5'0"),
            ("(000) 000-0000", 5_551_234_567, "(555) 123-4567"),
            ("#.##", 5, "5"),
            ("0.0.0", 5, "5.00"),
            ("'open", 5, "open"),
        ] {
            let text = format_number(&Decimal::integer(value), format);
            assert_eq!(text.as_deref(), Ok(expected), "{format} {value}");
        }
    }

    #[test]
    fn patterns_round_fifteen_digits_half_up() {
        for (format, value, expected) in [
            ("0.0", 1.25, "1.3"),
            ("00.00", 1.5, "01.50"),
            ("0.#", 0.04, "0"),
            ("0.0;-0.0;none", 0.04, "none"),
            ("0.0", -0.5, "-0.5"),
            ("#.#", 0.5, ".5"),
            ("0.00", 0.999, "1.00"),
            (
                "0.0##############",
                0.123_456_789_012_345_6,
                "0.123456789012346",
            ),
        ] {
            let text = format_number(&Decimal::float(value), format);
            assert_eq!(text.as_deref(), Ok(expected), "{format} {value}");
        }
    }
}
