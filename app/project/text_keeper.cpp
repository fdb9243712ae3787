// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/project/text_keeper.h"

#include <filesystem>
#include <mutex>

#include "base/error.h"
#include "base/file.h"

namespace qs {

/// What the writing thread and flush() share. Held while the disk is written to: only flush() waits for that.
struct TextKeeper::Disk {
    std::mutex mutex;
    int done = 0;  ///< number of the newest text that was written or failed
    QString failure;
};

TextKeeper::TextKeeper(QObject* parent) : QObject(parent), m_disk(std::make_shared<Disk>()) {
    connect(&m_writer, &JobRunner::ended, this, [this] {
        tell();
        if (busy()) begin();
    });
}

TextKeeper::~TextKeeper() {
    if (busy()) write(*m_disk, m_newest);
}

void TextKeeper::put(const QString& file, const std::string& text) {
    m_newest = {m_newest.number + 1, file.toStdString(), text};
    if (!m_writer.running()) begin();
}

void TextKeeper::flush() {
    if (!busy()) return;
    write(*m_disk, m_newest);
    tell();
}

void TextKeeper::begin() {
    m_writer.start([disk = m_disk, text = m_newest](JobContext&) { write(*disk, text); });
}

void TextKeeper::write(Disk& disk, const Text& text) {
    const std::lock_guard lock(disk.mutex);
    if (disk.done >= text.number) return;  // flush() was quicker, perhaps with a newer one
    disk.failure.clear();
    try {
        if (text.text.empty()) std::filesystem::remove(text.file);
        else writeText(text.file, text.text);
    } catch (const std::exception& error) {
        disk.failure = QString::fromStdString(error.what());
    }
    disk.done = text.number;
}

void TextKeeper::tell() {
    QString failure;
    {
        const std::lock_guard lock(m_disk->mutex);  // nobody writes now
        if (m_told == m_disk->done) return;
        m_told = m_disk->done;
        failure = m_disk->failure;
    }
    if (failure.isEmpty()) emit written();
    else emit failed(failure);
}

}  // namespace qs
