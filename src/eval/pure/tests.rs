//! The algorithms are total: shortened, joined and changed inputs give a result or an error, never a panic.

use super::*;

/// Inputs that reach deep into one of the algorithms each.
const SEEDS: &[&str] = &[
    "",
    "2020-04-07T14:53:14.1234567+02:00",
    "20200407T145314Z",
    "Tue, 07 Apr 2020 2:53:14 PM GMT",
    "-P1Y2M3DT4H5M6.789S",
    "P2147483647Y2147483647M2147483647DT2147483647H",
    "dddd, dd MMMM yyyyy HH:mm:ss.fffffff.FFF tt zzz K 'q' \\x %d gg",
    "{0,-12:#,##0.00;(#%);'z'}{{}}{0:E+00}{1:N2}{2}",
    "#,##0.0#,%‰E+00;-0,,.00e0;'zero'",
    "10.144.3.7/24",
    "2001:db8::ffff:1.2.3.4/64",
    "255.255.255.255/0",
    "https://u:p@Host.example:8443/a/./../b%20c%zz?q=1#f",
    "https://[::1]:443/é\\x",
    "mailto:a@b?x",
    "data:text/plain;charset=utf-8;base64,SGVsbG8=",
    "data:;base64,%41%",
    "SGVs bG8=",
    "{'a':[1,,2.50e-3,0x1F,010,NaN,-Infinity],b:\"\\u00e9\\ud83d\\ude00\",}//c",
    "new Date(9223372036854775807)",
    "-9223372036854775808",
    "1,234.5e-308",
    "straßeİıſǅᾳ😀",
    "a*b**c?",
];

/// Each seed cut at every character, and with one character replaced by each of a few.
fn variations() -> Vec<String> {
    let replacements = [
        '9', '0', '-', '{', '}', '\'', '\\', ';', '%', ':', '/', '😀', '\0', '[',
    ];
    let mut texts = Vec::new();
    for seed in SEEDS {
        let chars: Vec<char> = seed.chars().collect();
        for cut in 0..=chars.len() {
            texts.push(chars.iter().take(cut).collect());
            texts.push(chars.iter().skip(cut).collect());
        }
        for place in 0..chars.len() {
            let mut changed = chars.clone();
            changed[place] = replacements[place % replacements.len()];
            texts.push(changed.iter().collect());
            changed[place] = replacements[(place * 7 + 3) % replacements.len()];
            changed.insert(place, '9');
            texts.push(changed.iter().collect());
        }
    }
    texts
}

const NUMBERS: [i64; 8] = [0, 1, -1, 16, 24, 128, i64::MAX, i64::MIN];

const FLOATS: [f64; 8] = [
    0.0,
    -0.0,
    2.5,
    -1.0e-310,
    f64::MAX,
    f64::MIN_POSITIVE,
    f64::NAN,
    f64::NEG_INFINITY,
];

#[test]
fn functions_of_one_text_take_anything() {
    for text in variations() {
        let text = text.as_str();
        assert_eq!(unique_string(&[text]).len(), 13);
        assert_eq!(guid(&[text]).len(), 36);
        assert_eq!(
            base64_decode_text(&base64_encode(text)).as_deref(),
            Ok(text)
        );
        assert_eq!(
            data_uri_to_string(&data_uri_of_text(text)).as_deref(),
            Ok(text)
        );
        assert_eq!(uri_component_to_string(&uri_component(text)), text);
        let _ = (base64_decode_text(text), data_uri_to_string(text));
        let _ = (
            parse_int(text),
            parse_float(text),
            parse_cidr(text),
            parse_uri(text),
        );
        let _ = (
            to_lower(text),
            to_upper(text),
            trim(text),
            uri_component_to_string(text),
        );
        if let Ok(tree) = read_json(text) {
            // What was written reads back as what it printed.
            let written = write_json(&tree);
            let again = read_json(&written).map(|tree| write_json(&tree));
            assert_eq!(again.as_deref(), Ok(written.as_str()));
        }
        for number in NUMBERS {
            let _ = (cidr_host(text, number), pad_left(text, number, Some(text)));
            for index in NUMBERS {
                let _ = cidr_subnet(text, number, index);
            }
        }
    }
}

#[test]
fn dates_and_formats_take_anything() {
    let texts = variations();
    for text in &texts {
        let _ = (date_time_to_epoch(text), date_time_add(text, "P1D", None));
        let _ = date_time_add("2020-01-01", text, Some("o"));
        let _ = date_time_add("9999-12-31T23:59:59.9999999Z", "PT0S", Some(text));
        let _ = date_time_add("0001-01-01", "PT0S", Some(text));
        let holes = format!("{{0:{text}}}");
        for format in [text.as_str(), holes.as_str()] {
            for number in NUMBERS {
                let _ = format_composite(format, &[Argument::Int(number)]);
            }
            for number in FLOATS {
                let _ = format_composite(format, &[Argument::Float(number)]);
            }
            let big = Argument::BigInt("-123456789012345678901234567890".to_owned());
            let _ = format_composite(format, &[big, Argument::Null, Argument::Bool(true)]);
        }
    }
    for number in NUMBERS {
        let _ = date_time_from_epoch(number);
    }
}

#[test]
fn functions_of_two_texts_take_anything() {
    let texts = variations();
    for (index, left) in texts.iter().enumerate() {
        for step in [1, 5, 11] {
            let right = &texts[(index * step + step) % texts.len()];
            assert_eq!(compare(left, right), compare(right, left).reverse());
            assert_eq!(
                compare_ignore_case(left, right),
                compare_ignore_case(right, left).reverse()
            );
            assert_eq!(
                equals_ignore_case(left, right),
                compare_ignore_case(left, right).is_eq()
            );
            let _ = (
                join_uri(left, right),
                join_uri("https://h/a/b?c#d", right),
                like(left, right),
            );
            let both = format!("{left}{right}");
            assert!(starts_with_ignore_case(&both, left) && ends_with_ignore_case(&both, right));
            assert!(index_of(&both, right) <= last_index_of(&both, right) || right.is_empty());
            assert!(like(&both, &format!("{}*", left.replace('*', "x"))) || left.contains('*'));
        }
    }
}

/// Long inputs end soon: nothing grows faster than its input but by a bounded factor.
#[test]
fn long_inputs_are_bounded() {
    let long = "a".repeat(100_000);
    assert!(!like(&long, &"a*".repeat(10_000).replace("a*a*", "*ab*")));
    assert_eq!(index_of(&long, "ab"), None);
    assert!(read_json(&format!("{}1", "[".repeat(100_000))).is_err());
    assert_eq!(
        read_json(&format!("[{}", "1,".repeat(50_000))).map(|_| ()),
        Ok(())
    );
    assert!(format_composite(&"{0,999999}".repeat(100), &[Argument::Null]).is_err());
    let many_digits = format!("0.{}", "0".repeat(80_000));
    let text = format_composite(&format!("{{0:{many_digits}}}"), &[Argument::Float(1e300)]);
    assert_eq!(text.map(|text| text.len()), Ok(301 + 1 + 80_000));
    assert!(date_time_add("2020-01-01", "P1D", Some(&"y".repeat(100_000))).is_ok());
    assert!(join_uri("https://h/", &"../a/".repeat(20_000)).is_ok());
}
