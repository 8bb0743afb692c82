use super::error::{Found, WhyNot};

/// The words of a line as a POSIX shell has them, where nothing in it is for the shell itself to do: quotes and backslashes are taken away,
/// nothing is expanded. Signs of patterns (`*`, `?`, `[`) are as they are, as a shell leaves them that finds no such file.
#[doc(alias = "shlex")]
pub(super) fn split(line: &str, found: &mut Found) -> Vec<String> {
    let (mut words, mut word): (Vec<String>, Option<String>) = (Vec::new(), None);
    let mut signs = line.trim_end().chars();
    while let Some(sign) = signs.next() {
        let at = words.len();
        match sign {
            ' ' | '\t' => words.extend(word.take()),
            '\\' => match signs.next() {
                // A line that goes on in the next one.
                Some('\n') => {}
                Some(next) => word.get_or_insert_default().push(next),
                None => found.add("\\", at, WhyNot::OpenQuote),
            },
            '\'' => quoted(&mut signs, word.get_or_insert_default(), at, found),
            '"' => double_quoted(&mut signs, word.get_or_insert_default(), at, found),
            '#' | '~' if word.is_none() => found.add(sign, at, WhyNot::Shell),
            '$' | '`' | ';' | '|' | '&' | '<' | '>' | '(' | ')' | '\n' => found.add(sign, at, WhyNot::Shell),
            _ => word.get_or_insert_default().push(sign),
        }
    }
    words.extend(word);
    words
}

fn quoted(signs: &mut std::str::Chars<'_>, word: &mut String, at: usize, found: &mut Found) {
    for sign in signs.by_ref() {
        match sign {
            '\'' => return,
            _ => word.push(sign),
        }
    }
    found.add("'", at, WhyNot::OpenQuote);
}

fn double_quoted(signs: &mut std::str::Chars<'_>, word: &mut String, at: usize, found: &mut Found) {
    while let Some(sign) = signs.next() {
        match sign {
            '"' => return,
            '$' | '`' => found.add(sign, at, WhyNot::Shell),
            '\\' => match signs.next() {
                Some('\n') => {}
                Some(next @ ('$' | '`' | '"' | '\\')) => word.push(next),
                Some(next) => word.extend(['\\', next]),
                None => break,
            },
            _ => word.push(sign),
        }
    }
    found.add("\"", at, WhyNot::OpenQuote);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Result<Vec<String>, String> {
        let mut found = Found::default();
        let words = split(line, &mut found);
        found.into_result().map(|()| words).map_err(|why| why.unsupported[0].word.clone())
    }

    #[test]
    fn as_a_shell_has_them() {
        for (line, expected) in [
            ("a  b\tc ", vec!["a", "b", "c"]),
            (r"a\ b 'c d' e''f", vec!["a b", "c d", "ef"]),
            (r#""a 'b' \" \\ \n" '' "#, vec![r#"a 'b' " \ \n"#, ""]),
            ("a \\\n b 0:a? [x] '$;|'", vec!["a", "b", "0:a?", "[x]", "$;|"]),
        ] {
            assert_eq!(words(line).as_deref(), Ok(&expected.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()[..]), "{line}");
        }
        assert_eq!(words(r"'it'\''s'"), Ok(vec!["it's".to_owned()]));
    }

    #[test]
    fn what_is_for_the_shell_is_refused() {
        for (line, word) in [
            ("a $b", "$"),
            ("a `b`", "`"),
            ("a;b", ";"),
            ("a|b", "|"),
            ("a >b", ">"),
            ("a 'b", "'"),
            ("\"a", "\""),
            ("\"$a\"", "$"),
            ("a\nb", "\n"),
        ] {
            assert_eq!(words(line), Err(word.to_owned()), "{line}");
        }
    }
}
