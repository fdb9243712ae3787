// SPDX-License-Identifier: GPL-3.0-or-later
// Expected scores: sacrebleu 2.6.0, BLEU().corpus_score, signature nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp.
#include "evaluate/bleu.h"

#include <gtest/gtest.h>

#include "evaluate/python_text.h"

namespace qs {
namespace {

using Texts = std::vector<std::string>;

double score(const Texts& predictions, const Texts& references) { return corpusBleu(predictions, references, 0).score; }

TEST(Bleu, WordsAreCutAsIn13a) {
    const auto cut = [](const char* text) { return join(bleuWords(text), " "); };
    EXPECT_EQ(cut("The cat sat on the mat, and it purred: 3.5 times - or 4-5."),
              "The cat sat on the mat , and it purred : 3.5 times - or 4 - 5 .");
    EXPECT_EQ(cut("He said \"hello\" &amp; left; don't wait..."), "He said \" hello \" & left ; don't wait . . .");
    EXPECT_EQ(cut("1.5,2 a.b ..x- 9- é.ü, end"), "1.5,2 a . b . . x- 9 - é . ü , end");
    EXPECT_EQ(cut("a/b (c) {d} [e] ~f `g` <h>@i*j"), "a / b ( c ) { d } [ e ] ~ f ` g ` < h > @ i * j");
    EXPECT_EQ(cut("line-\nbreak\nnext &lt;tag&gt; <skipped>x"), "linebreak next < tag > x");
    EXPECT_EQ(cut("3,000.25 ,5 .5 5."), "3,000.25 , 5 . 5 5 .");
}

TEST(Bleu, AgreesWithSacrebleu) {
    EXPECT_NEAR(score({"The cat sat on the mat, and it purred: 3.5 times - or 4-5.", "He said \"hello\" &amp; left; don't wait...",
                       "La maison est très grande.", "一只 猫, ok."},
                      {"The cat sat on a mat, and it purred 3.5 times - or 4-5 times.", "He said \"hello\" & left; do not wait.",
                       "La maison était très grande.", "一只 猫, ok."}),
                63.188601920947725, 1e-10);
    EXPECT_NEAR(score({"a b c x y", "short"}, {"a b d x z", "a short one here"}), 14.723282228934908, 1e-10);
    const BleuScore brief = corpusBleu(Texts{"the quick brown fox", "jumps over"}, Texts{"the quick brown fox jumped", "jumps over it"}, 0);
    EXPECT_NEAR(brief.score, 71.65313105737896, 1e-10);
    EXPECT_NEAR(brief.brevityPenalty, 0.7165313105737893, 1e-12);
    EXPECT_EQ(brief.predictedWords, 6);
    EXPECT_EQ(brief.referenceWords, 8);
}

TEST(Bleu, TextsWithoutMatchesOrTooShortScoreNothing) {
    EXPECT_EQ(score({"q w"}, {"a b c"}), 0);
    EXPECT_EQ(score({""}, {"a b c"}), 0);
    EXPECT_EQ(score({"a b c"}, {"a b c"}), 0) << "no four words";
    EXPECT_NEAR(score({"a b c d"}, {"a b c d"}), 100, 1e-12);
}

TEST(Bleu, ErrorComesFromResampledTexts) {
    const Texts good{"a b c d e", "f g h i j"}, mixed{"a b c d e", "a b c d e"};
    EXPECT_EQ(corpusBleu(good, good, 1).standardError, 0);
    EXPECT_GT(corpusBleu(good, mixed, 1).standardError, 10);
    EXPECT_EQ(corpusBleu(good, mixed, 1).standardError, corpusBleu(good, mixed, 1).standardError);
    EXPECT_EQ(corpusBleu(Texts{"a b c d e"}, Texts{"a b c d f"}, 1).standardError, 0);
}

}  // namespace
}  // namespace qs
