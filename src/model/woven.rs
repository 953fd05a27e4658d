//! Types and names of resources as one path, as ids have it.

/// `A.B/c/d` and `x`, `y` as `A.B/c/x/d/y`; none where they do not fit.
pub fn weave(full_type: &str, names: &[&str]) -> Option<String> {
    let mut types = full_type.split('/');
    let mut woven = types.next()?.to_owned();
    let types: Vec<&str> = types.collect();
    if types.len() != names.len() {
        return None;
    }
    for (one_type, one_name) in types.iter().zip(names) {
        woven.push('/');
        woven.push_str(one_type);
        woven.push('/');
        woven.push_str(one_name);
    }
    Some(woven)
}
