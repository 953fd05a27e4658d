//! Numbers with a fraction as the engine writes them.

/// The text of a float: shortest digits, `.0` on whole numbers, `E+20` and `E-07` outside the plain range.
pub fn float_text(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned();
    }
    // Whole numbers of 64 bits are written out, as the engine keeps them as integers where it can.
    if number.fract() == 0.0 && number.abs() < 9_223_372_036_854_775_808.0 {
        return format!("{number:.1}");
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..15).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}E{sign}{:02}", exponent.abs());
    }
    format!("{number}")
}
