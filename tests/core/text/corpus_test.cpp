// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/corpus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "support/data.h"

namespace qs {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

std::vector<std::string> textsOf(const std::vector<Document>& documents) {
    std::vector<std::string> texts;
    for (const auto& document : documents) texts.push_back(document.text);
    return texts;
}

class Corpus : public ::testing::Test {
  protected:
    std::string write(const std::string& name, const std::string& text) {
        std::filesystem::create_directories((m_folder / name).parent_path());
        writeText(m_folder / name, text);
        return (m_folder / name).string();
    }
    std::string refusal(const std::string& path, const CorpusOptions& options = {}) {
        try {
            loadCorpus({path}, options);
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    }
    TemporaryFolder m_folder;
};

TEST_F(Corpus, DocumentsEndAtTwoBlankLines) {
    const auto documents = loadCorpus({write("a.txt", "\n\n\none\nmore\n\nsame document\n\n\ntwo\n \t\n\n\n\n  three  \n")}, {});
    EXPECT_EQ(textsOf(documents), (std::vector<std::string>{"one\nmore\n\nsame document", "two", "  three  "}));
    EXPECT_EQ(documents[1].source, "a.txt, document 2");
}

TEST_F(Corpus, ByteOrderMarkAndWindowsLineEndsAreAccepted) {
    const auto documents = loadCorpus({write("a.txt", "\xEF\xBB\xBFone\r\nmore\r\n\r\n\r\ntwo\r\n")}, {});
    EXPECT_EQ(textsOf(documents), (std::vector<std::string>{"one\nmore", "two"}));
}

TEST_F(Corpus, JsonLinesUseTheChosenField) {
    const std::string path =
        write("a.jsonl", "{\"text\": \"x\", \"body\": \"ein\\n\\n\\nStück\"}\n\n{\"body\": \"\"}\n{\"body\": \"zwei\"}");
    const auto documents = loadCorpus({path}, {.field = "body"});
    EXPECT_EQ(textsOf(documents), (std::vector<std::string>{"ein\n\n\nStück", "zwei"}));
    EXPECT_EQ(documents[1].source, "a.jsonl, line 4");
}

TEST_F(Corpus, FoldersAreReadByPath) {
    write("all/b.txt", "b");
    write("all/a/z.jsonl", "{\"text\": \"az\"}");
    write("all/ignored.csv", "c");
    EXPECT_EQ(textsOf(loadCorpus({(m_folder / "all").string()}, {})), (std::vector<std::string>{"az", "b"}));
}

TEST_F(Corpus, BundledTextsLoad) {
    EXPECT_GT(loadCorpus({testing::resource("text/en.txt").string()}, {}).size(), 10u);
    EXPECT_EQ(loadCorpus({testing::resource("text/languages.jsonl").string()}, {}).size(), 7200u);
}

TEST_F(Corpus, ErrorsNameFileAndLine) {
    EXPECT_THAT(refusal("/nowhere/a.txt"), HasSubstr("/nowhere/a.txt: no such file"));
    EXPECT_THAT(refusal(write("bad.txt",
                              "fine\nb\xff"
                              "d\n")),
                AllOf(HasSubstr("bad.txt"), HasSubstr("line 2 is not UTF-8")));
    EXPECT_THAT(refusal(write("empty.txt", "\n \n")), HasSubstr("holds no text"));
    EXPECT_THAT(refusal(write("a.jsonl", "{\"text\": \"x\"}\n{\"text\": ")), HasSubstr("line 2 is not valid JSON"));
    EXPECT_THAT(refusal(write("b.jsonl", "[1]")), HasSubstr("line 1 is not a JSON object"));
    EXPECT_THAT(refusal(write("c.jsonl", "{\"body\": \"x\"}")), HasSubstr("line 1 has no field 'text'"));
    EXPECT_THAT(refusal(write("d.jsonl", "{\"text\": 3}")), HasSubstr("the field 'text' is not a text"));
    std::filesystem::create_directories(m_folder / "void");
    EXPECT_THAT(refusal((m_folder / "void").string()), HasSubstr("holds no text"));
    EXPECT_THROW(loadCorpus({}, {}), Error);
}

}  // namespace
}  // namespace qs
