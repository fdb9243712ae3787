// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/option_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>

#include "run/options.h"

namespace qs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// One field of every kind.
struct EveryKind {
    bool flag = false;
    int integer = 4;
    std::int64_t large = 5'000'000'000;
    double real = 0.01;
    Keep choice = Keep::Diagonal;
    Boundary pair = Boundary::Pack;
    std::string text = "cpu";
    std::vector<std::string> texts{"a.txt"};
    std::vector<int> integers{256, 512};

    void describe(OptionList& list) {
        list.group("One");
        list.flag("flag", flag, "A flag");
        list.integer("integer", integer, 2, 8, "bits", "An integer");
        list.integer("large", large, 0, std::int64_t{1} << 40, "tokens", "A large integer");
        list.real("real", real, 0, 1, "", "A real");
        list.group("Two");
        list.choice("choice", choice, "A choice");
        list.choice("pair", pair, "A choice of two");
        list.text("text", text, "A text");
        list.texts("texts", texts, "Texts");
        list.integers("integers", integers, 2, 4096, "tokens", "Integers");
    }
};

QLineEdit& line(OptionForm& form, const char* name) { return *qobject_cast<QLineEdit*>(form.editorOf(name)); }

TEST(OptionForm, EveryKindHasAnEditorThatSetsItsField) {
    EveryKind options;
    OptionForm form(describeOptions(options), {});
    qobject_cast<QCheckBox*>(form.editorOf("flag"))->setChecked(true);
    line(form, "integer").setText("3");
    line(form, "large").setText("6000000000");
    line(form, "real").setText("0.5");
    line(form, "text").setText("cuda:1");
    line(form, "texts").setText("b.txt,c.txt");
    line(form, "integers").setText("128,64");
    for (auto* button : form.editorOf("pair")->findChildren<QPushButton*>())
        if (button->text() == "document") button->click();
    form.setValue("choice", "full");
    EXPECT_TRUE(options.flag);
    EXPECT_EQ(options.integer, 3);
    EXPECT_EQ(options.large, 6'000'000'000);
    EXPECT_DOUBLE_EQ(options.real, 0.5);
    EXPECT_EQ(options.choice, Keep::Full);
    EXPECT_EQ(options.pair, Boundary::Document);
    EXPECT_EQ(options.text, "cuda:1");
    EXPECT_THAT(options.texts, ElementsAre("b.txt", "c.txt"));
    EXPECT_THAT(options.integers, ElementsAre(128, 64));
    EXPECT_TRUE(form.valid());
}

TEST(OptionForm, ARefusedValueStaysVisibleWithTheReasonAndIsNotStored) {
    EveryKind options;
    OptionForm form(describeOptions(options), {});
    QSignalSpy changed(&form, &OptionForm::changed);
    line(form, "integer").setText("9");
    EXPECT_EQ(options.integer, 4);
    EXPECT_FALSE(form.valid());
    EXPECT_THAT(form.refusalOf("integer").toStdString(), HasSubstr("from 2 to 8"));
    EXPECT_TRUE(line(form, "integer").property("refused").toBool());
    EXPECT_EQ(line(form, "integer").text(), "9");
    line(form, "integer").setText("8");
    EXPECT_TRUE(form.valid());
    EXPECT_EQ(options.integer, 8);
    EXPECT_FALSE(line(form, "integer").property("refused").toBool());
    EXPECT_EQ(changed.count(), 2);
    for (const char* bad : {"x", "", "1e400", "-1", "0.5x"}) {
        line(form, "real").setText(bad);
        EXPECT_FALSE(form.valid()) << bad;
        EXPECT_DOUBLE_EQ(options.real, 0.01) << bad;
    }
}

TEST(OptionForm, OnlyEssentialFieldsAtFirst) {
    EveryKind options;
    OptionForm form(describeOptions(options), {{"integer"}, {"text"}, {}});
    EXPECT_EQ(form.editorOf("text"), nullptr);
    EXPECT_FALSE(form.editorOf("integer")->parentWidget()->isHidden());
    EXPECT_TRUE(form.editorOf("real")->parentWidget()->isHidden());
    form.showAll(true);
    EXPECT_FALSE(form.editorOf("real")->parentWidget()->isHidden());
}

TEST(OptionForm, EveryFieldOfAQuantizationHasANamedEditorWithHelp) {
    QuantizeOptions options;
    OptionForm form(describeOptions(options), {});
    for (const OptionField& field : form.list().fields()) {
        QWidget* editor = form.editorOf(field.name);
        ASSERT_NE(editor, nullptr) << field.name;
        EXPECT_FALSE(editor->accessibleName().isEmpty()) << field.name;
        EXPECT_EQ(editor->accessibleDescription().toStdString(), field.help) << field.name;
    }
    form.setValue("bits", "2");
    EXPECT_EQ(options.quant.bits, 2);
    form.refresh();
    EXPECT_TRUE(form.valid());
}

}  // namespace
}  // namespace qs
