//! .NET number formats in the invariant culture: `N0`, `D4`, `X`, `#,##0.00` and their like.

use super::netformat::plain_float;

/// Most decimals and digits of a format.
const MAX_PRECISION: usize = 1000;

/// An integer in a standard or custom format; none if the format is wrong.
pub(super) fn int_text(number: i64, format: &str) -> Option<String> {
    let Some((letter, precision)) = standard(format)? else {
        return custom(&Decimal::of_int(number), format);
    };
    let sign = if number < 0 { "-" } else { "" };
    let magnitude = number.unsigned_abs();
    let width = precision.unwrap_or(0);
    let text = match letter {
        'D' | 'd' => format!("{sign}{magnitude:0width$}"),
        'X' => format!("{number:0width$X}"),
        'x' => format!("{number:0width$x}"),
        'B' | 'b' => format!("{number:0width$b}"),
        'G' | 'g' => match precision {
            Some(digits) if digits > 0 && magnitude.to_string().len() > digits => {
                general(&Decimal::of_int(number), digits, letter)
            }
            _ => number.to_string(),
        },
        'R' | 'r' => return None,
        _ => {
            let decimals = precision.unwrap_or(if letter.eq_ignore_ascii_case(&'E') { 6 } else { 2 });
            return fixed(&Decimal::of_int(number), letter, decimals);
        }
    };
    Some(text)
}

/// A float in a standard or custom format.
pub(super) fn float_format(number: f64, format: &str) -> Option<String> {
    if !number.is_finite() {
        return Some(plain_float(number));
    }
    let Some((letter, precision)) = standard(format)? else {
        return custom(&Decimal::of_float_15(number), format);
    };
    match letter {
        'G' | 'g' | 'R' | 'r' => match precision {
            Some(digits) if digits > 0 && letter.eq_ignore_ascii_case(&'G') => {
                Some(general(&Decimal::of_text(&format!("{number:e}"))?, digits, letter))
            }
            _ => Some(plain_float(number)),
        },
        'D' | 'd' | 'X' | 'x' | 'B' | 'b' => None,
        _ => {
            let decimals = precision.unwrap_or(if letter.eq_ignore_ascii_case(&'E') { 6 } else { 2 });
            // The exact value rounds, a half of it to even, as Rust prints it.
            let exact = match letter {
                'E' | 'e' => format!("{number:.decimals$e}"),
                'P' | 'p' => format!("{:.decimals$}", number * 100.0),
                _ => format!("{number:.decimals$}"),
            };
            let decimal = Decimal::of_text(&exact)?;
            let letter = if matches!(letter, 'P' | 'p') { '%' } else { letter };
            fixed(&decimal, letter, decimals)
        }
    }
}

/// The letter and precision of a standard format; `Some(None)` for a custom one, none for an unknown letter.
fn standard(format: &str) -> Option<Option<(char, Option<usize>)>> {
    let Some(letter) = format.chars().next() else {
        return Some(Some(('G', None)));
    };
    let digits = &format[letter.len_utf8()..];
    if !letter.is_ascii_alphabetic() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Some(None);
    }
    let precision = if digits.is_empty() {
        None
    } else {
        Some(digits.parse().ok().filter(|p| *p <= MAX_PRECISION)?)
    };
    "CcDdEeFfGgNnPpRrXxBb"
        .contains(letter)
        .then_some(Some((letter, precision)))
}

/// A number in decimal digits: `0.digits * 10^exponent`.
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i32,
}

impl Decimal {
    fn of_int(number: i64) -> Self {
        Self::of_text(&number.to_string()).unwrap_or(Self {
            negative: false,
            digits: Vec::new(),
            exponent: 0,
        })
    }

    /// Fifteen digits, as custom formats see a double.
    fn of_float_15(number: f64) -> Self {
        Self::of_text(&format!("{number:.14e}")).unwrap_or_else(|| Self::of_int(0))
    }

    /// Plain or scientific text.
    fn of_text(text: &str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all: Vec<u8> = whole.bytes().chain(fraction.bytes()).map(|b| b - b'0').collect();
        let zeros = all.iter().take_while(|digit| **digit == 0).count();
        let mut exponent = exponent.parse::<i32>().ok()? + i32::try_from(whole.len()).ok()?;
        exponent -= i32::try_from(zeros).ok()?;
        let mut digits = all.get(zeros..).unwrap_or_default().to_vec();
        while digits.last() == Some(&0) {
            digits.pop();
        }
        if digits.is_empty() {
            exponent = 0;
        }
        Some(Self {
            negative,
            digits,
            exponent,
        })
    }

    fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// Rounded to this many decimals, halves away from zero.
    fn rounded(&self, decimals: i32) -> Self {
        let keep = self.exponent + decimals;
        let mut result = Self {
            negative: self.negative,
            digits: Vec::new(),
            exponent: self.exponent,
        };
        let Ok(keep) = usize::try_from(keep) else {
            return result;
        };
        result.digits = self.digits.iter().take(keep).copied().collect();
        if self.digits.get(keep).is_some_and(|next| *next >= 5) {
            let mut carry = true;
            for digit in result.digits.iter_mut().rev() {
                *digit += 1;
                carry = *digit == 10;
                if !carry {
                    break;
                }
                *digit = 0;
            }
            if carry {
                result.digits.insert(0, 1);
                result.exponent += 1;
            }
        }
        while result.digits.last() == Some(&0) {
            result.digits.pop();
        }
        result
    }

    fn digit(&self, at: i32) -> u8 {
        usize::try_from(at).ok().and_then(|at| self.digits.get(at)).copied().unwrap_or(0)
    }

    /// Digits before the point, at least one.
    fn whole(&self) -> String {
        let text: String = (0..self.exponent).map(|at| char::from(b'0' + self.digit(at))).collect();
        if text.is_empty() { "0".to_owned() } else { text }
    }

    /// Digits after the point.
    fn decimals(&self, count: usize) -> String {
        let count = i32::try_from(count).unwrap_or(0);
        (self.exponent..self.exponent + count)
            .map(|at| char::from(b'0' + self.digit(at)))
            .collect()
    }
}

/// Thousands apart.
fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (at, c) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// The formats with a fixed number of decimals.
fn fixed(number: &Decimal, letter: char, decimals: usize) -> Option<String> {
    if matches!(letter, 'E' | 'e') {
        return Some(scientific(number, decimals, letter, 3));
    }
    let mut scaled = Decimal {
        negative: number.negative,
        digits: number.digits.clone(),
        exponent: number.exponent,
    };
    if matches!(letter, 'P' | 'p') {
        scaled.exponent += 2;
    }
    let number = scaled.rounded(i32::try_from(decimals).ok()?);
    let whole = number.whole();
    let point = if decimals > 0 { "." } else { "" };
    let plain = format!("{whole}{point}{}", number.decimals(decimals));
    let with_groups = format!("{}{point}{}", grouped(&whole), number.decimals(decimals));
    let negative = number.negative && (!number.is_zero() || matches!(letter, 'F' | 'f'));
    let sign = if negative { "-" } else { "" };
    let text = match letter {
        'F' | 'f' => format!("{sign}{plain}"),
        'N' | 'n' => format!("{sign}{with_groups}"),
        'P' | 'p' | '%' => format!("{sign}{with_groups} %"),
        'C' | 'c' if negative => format!("(¤{with_groups})"),
        'C' | 'c' => format!("¤{with_groups}"),
        _ => return None,
    };
    Some(text)
}

fn scientific(number: &Decimal, decimals: usize, letter: char, width: usize) -> String {
    let as_fraction = Decimal {
        negative: number.negative,
        digits: number.digits.clone(),
        exponent: 1,
    };
    let rounded = as_fraction.rounded(i32::try_from(decimals).unwrap_or(0));
    let shift = rounded.exponent - 1;
    let exponent = if number.is_zero() { 0 } else { number.exponent - 1 + shift };
    let mantissa = Decimal {
        exponent: 1,
        ..rounded
    };
    let sign = if number.negative { "-" } else { "" };
    let point = if decimals > 0 { "." } else { "" };
    let mark = if exponent < 0 { '-' } else { '+' };
    let exponent = exponent.unsigned_abs();
    format!("{sign}{}{point}{}{letter}{mark}{exponent:0width$}", mantissa.whole(), mantissa.decimals(decimals))
}

/// `G` with a precision: scientific where the digits do not suffice.
fn general(number: &Decimal, digits: usize, letter: char) -> String {
    let places = i32::try_from(digits).unwrap_or(i32::MAX);
    let rounded = number.rounded(places.saturating_sub(number.exponent));
    let exponent = rounded.exponent - 1;
    if exponent >= places || exponent < -5 {
        let mark = if letter == 'g' { 'e' } else { 'E' };
        return scientific(&rounded, rounded.digits.len().saturating_sub(1), mark, 2);
    }
    let decimals = i32::try_from(rounded.digits.len()).unwrap_or(0) - rounded.exponent;
    let decimals = usize::try_from(decimals).unwrap_or(0);
    let sign = if rounded.negative { "-" } else { "" };
    let point = if decimals > 0 { "." } else { "" };
    format!("{sign}{}{point}{}", rounded.whole(), rounded.decimals(decimals))
}

/// One piece of a custom format.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Zero,
    Digit,
    Point,
    Comma,
    Exponent(String),
    Text(String),
}

/// Pieces of one section, and by what the number is multiplied (powers of ten).
struct Section {
    pieces: Vec<Piece>,
    scale: i32,
    is_empty: bool,
}

fn sections(format: &str) -> Vec<Section> {
    let mut all = vec![Section {
        pieces: Vec::new(),
        scale: 0,
        is_empty: true,
    }];
    let mut rest = format;
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        let mut next = all.pop().unwrap_or(Section {
            pieces: Vec::new(),
            scale: 0,
            is_empty: true,
        });
        next.is_empty &= c == ';';
        match c {
            ';' => {
                all.push(next);
                next = Section {
                    pieces: Vec::new(),
                    scale: 0,
                    is_empty: true,
                };
            }
            '0' => next.pieces.push(Piece::Zero),
            '#' => next.pieces.push(Piece::Digit),
            '.' if !next.pieces.contains(&Piece::Point) => next.pieces.push(Piece::Point),
            '.' => {}
            ',' => next.pieces.push(Piece::Comma),
            '%' | '‰' => {
                next.scale += if c == '%' { 2 } else { 3 };
                next.pieces.push(Piece::Text(c.to_string()));
            }
            '\'' | '"' => {
                let inner = &rest[1..];
                let end = inner.find(c).unwrap_or(inner.len());
                next.pieces.push(Piece::Text(inner[..end].to_owned()));
                length = (end + 2).min(rest.len());
            }
            '\\' => {
                if let Some(escaped) = rest.chars().nth(1) {
                    next.pieces.push(Piece::Text(escaped.to_string()));
                    length += escaped.len_utf8();
                }
            }
            'E' | 'e' if exponent_length(rest) > 0 => {
                length = exponent_length(rest);
                next.pieces.push(Piece::Exponent(rest[..length].to_owned()));
            }
            c => next.pieces.push(Piece::Text(c.to_string())),
        }
        all.push(next);
        rest = &rest[length..];
    }
    all
}

/// The length of `E0`, `E+00` or `E-0`; zero if it is none.
fn exponent_length(text: &str) -> usize {
    let after = &text[1..];
    let sign = usize::from(after.starts_with(['+', '-']));
    let zeros = after[sign..].bytes().take_while(|b| *b == b'0').count();
    if zeros == 0 { 0 } else { 1 + sign + zeros }
}

fn custom(number: &Decimal, format: &str) -> Option<String> {
    let all = sections(format);
    let pick = |at: usize| all.get(at).filter(|section| !section.is_empty);
    let (section, own_sign) = match (number.is_zero(), number.negative) {
        (true, _) if all.len() > 2 => (pick(2).or(all.first()), false),
        (false, true) if pick(1).is_some() => (pick(1), true),
        _ => (all.first(), false),
    };
    let section = section?;
    let text = lay_out(number, section)?;
    // What rounds to zero takes the section of zero.
    Some(if number.negative && !own_sign && !text.1 {
        format!("-{}", text.0)
    } else {
        text.0
    })
}

/// The number in a section; and whether it rounded to zero.
fn lay_out(number: &Decimal, section: &Section) -> Option<(String, bool)> {
    let pieces = &section.pieces;
    let is_digit = |piece: &Piece| matches!(piece, Piece::Zero | Piece::Digit);
    let point = pieces.iter().position(|piece| *piece == Piece::Point).unwrap_or(pieces.len());
    let before = pieces[..point].iter().filter(|piece| is_digit(piece)).count();
    let after = pieces[point..].iter().filter(|piece| is_digit(piece)).count();
    let last_digit = pieces[..point].iter().rposition(is_digit);
    let first_digit = pieces[..point].iter().position(is_digit);
    let commas = |range: std::ops::Range<usize>| {
        pieces.get(range).unwrap_or_default().iter().filter(|piece| **piece == Piece::Comma).count()
    };
    let (groups, thousands) = match (first_digit, last_digit) {
        (Some(first), Some(last)) => (commas(first..last) > 0, commas(last + 1..point)),
        _ => (false, 0),
    };
    let exponent_piece = pieces.iter().find_map(|piece| match piece {
        Piece::Exponent(text) => Some(text.as_str()),
        _ => None,
    });
    let mut scaled = Decimal {
        negative: number.negative,
        digits: number.digits.clone(),
        exponent: number.exponent + section.scale - 3 * i32::try_from(thousands).ok()?,
    };
    let mut power = 0;
    if exponent_piece.is_some() && !number.is_zero() {
        power = scaled.exponent - i32::try_from(before).ok()?;
        scaled.exponent = i32::try_from(before).ok()?;
    }
    let scaled = scaled.rounded(i32::try_from(after).ok()?);
    let zero = scaled.is_zero();
    let whole = if scaled.exponent > 0 && !zero { scaled.whole() } else { String::new() };
    let least = pieces[..point]
        .iter()
        .filter(|piece| is_digit(piece))
        .skip_while(|piece| **piece == Piece::Digit)
        .count();
    let whole = format!("{whole:0>least$}");
    let decimals = scaled.decimals(after);
    let after_point: Vec<&Piece> = pieces[point..].iter().filter(|piece| is_digit(piece)).collect();
    let needed = after_point.iter().rposition(|piece| **piece == Piece::Zero);
    let kept = decimals.trim_end_matches('0').len().max(needed.map_or(0, |at| at + 1));
    Some((place(pieces, point, &whole, before, &decimals[..kept], groups, power), zero))
}

/// Digits into their places; what the placeholders cannot hold stands before the first one.
fn place(
    pieces: &[Piece],
    point: usize,
    whole: &str,
    before: usize,
    decimals: &str,
    groups: bool,
    power: i32,
) -> String {
    let mut out = String::new();
    let total = whole.len();
    let mut left = before;
    let mut written = 0;
    let mut decimals = decimals.chars();
    let push = |out: &mut String, written: &mut usize| {
        if let Some(c) = whole.get(*written..=*written) {
            if groups && *written > 0 && (total - *written) % 3 == 0 {
                out.push(',');
            }
            out.push_str(c);
            *written += 1;
        }
    };
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Zero | Piece::Digit if at < point => {
                // The first placeholder takes all surplus digits.
                while total - written > left.saturating_sub(1) && written < total {
                    let more = total - written > left;
                    push(&mut out, &mut written);
                    if !more {
                        break;
                    }
                }
                left -= 1;
            }
            Piece::Zero | Piece::Digit => out.extend(decimals.next()),
            Piece::Point if !decimals.as_str().is_empty() => out.push('.'),
            Piece::Exponent(text) => {
                let width = text.trim_start_matches(['E', 'e', '+', '-']).len();
                out.push_str(&text[..1]);
                if power < 0 {
                    out.push('-');
                } else if text[1..].starts_with('+') {
                    out.push('+');
                }
                out.push_str(&format!("{:0width$}", power.unsigned_abs()));
            }
            Piece::Text(text) => out.push_str(text),
            Piece::Point | Piece::Comma => {}
        }
    }
    out
}
