<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>About</name>
    <message>
        <source>About Quantoscope</source>
        <translation>Über Quantoscope</translation>
    </message>
    <message>
        <source>See what post-training quantization does to a language model. Free software under the GNU General Public License, version 3 or later. Uses Qt, QCustomPlot, libtorch, HDF5, ICU, PCRE2, SentencePiece and the font Inter.</source>
        <translation>Sehen, was Quantisierung nach dem Training mit einem Sprachmodell macht. Freie Software unter der GNU General Public License, Version 3 oder später. Nutzt Qt, QCustomPlot, libtorch, HDF5, ICU, PCRE2, SentencePiece und die Schrift Inter.</translation>
    </message>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnose</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>Diagnose kopieren</translation>
    </message>
</context>
<context>
    <name>BitAllocation</name>
    <message>
        <source>not solved yet</source>
        <translation>noch nicht gelöst</translation>
    </message>
    <message>
        <source>size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>%1 bit · %2</source>
        <translation>%1 Bit · %2</translation>
    </message>
    <message>
        <source>%1 nats a token</source>
        <translation>%1 Nat je Token</translation>
    </message>
    <message>
        <source>Mean relative output error</source>
        <translation>Mittlerer relativer Ausgabefehler</translation>
    </message>
    <message>
        <source>Divergence, nats a token</source>
        <translation>Divergenz, Nat je Token</translation>
    </message>
    <message>
        <source>Sum of output errors</source>
        <translation>Summe der Ausgabefehler</translation>
    </message>
    <message>
        <source>Rel. error</source>
        <translation>Rel. Fehler</translation>
    </message>
    <message>
        <source>Divergence</source>
        <translation>Divergenz</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Divergence of the prediction from that of the model, estimated from the errors of every width that this run tried; linears are solved one by one, so a sum of them is an estimate.</source>
        <translation>Divergenz der Vorhersage von der des Modells, geschätzt aus den Fehlern aller Bitbreiten, die dieser Lauf versucht hat; Linearschichten werden einzeln gelöst, eine Summe über sie ist daher eine Schätzung.</translation>
    </message>
    <message>
        <source>Sum of the output errors of every width that this run tried; linears are solved one by one, so a sum is an estimate.</source>
        <translation>Summe der Ausgabefehler aller Bitbreiten, die dieser Lauf versucht hat; Linearschichten werden einzeln gelöst, eine Summe ist daher eine Schätzung.</translation>
    </message>
    <message>
        <source>Error of the weights alone, ‖ΔW‖² / ‖W‖², mean over linears: this run has no errors of outputs. Other widths are estimates (a bit less is 4 × the error).</source>
        <translation>Fehler nur der Gewichte, ‖ΔW‖² / ‖W‖², Mittel über Linearschichten: Dieser Lauf hat keine Ausgabefehler. Andere Bitbreiten sind Schätzungen (ein Bit weniger ist der 4-fache Fehler).</translation>
    </message>
    <message>
        <source>Error: mean over linears and lengths. Other widths than the solved ones are estimates (as measured for a budget, else a bit less is 4 × the error); a plan is an estimate until it is solved.</source>
        <translation>Fehler: Mittel über Linearschichten und Längen. Andere Bitbreiten als die gelösten sind Schätzungen (wie für ein Budget gemessen, sonst: ein Bit weniger ist der 4-fache Fehler); ein Plan ist eine Schätzung, bis er gelöst ist.</translation>
    </message>
    <message>
        <source>Average bits per weight</source>
        <translation>Mittlere Bits je Gewicht</translation>
    </message>
    <message>
        <source>all %1 bit</source>
        <translation>alle %1 Bit</translation>
    </message>
    <message>
        <source>budget %1</source>
        <translation>Budget %1</translation>
    </message>
    <message>
        <source>Open a run, or start one, to see what each linear costs.</source>
        <translation>Öffnen oder starten Sie einen Lauf, um zu sehen, was jede Linearschicht kostet.</translation>
    </message>
    <message>
        <source>Bit allocation</source>
        <translation>Bitverteilung</translation>
    </message>
    <message>
        <source>No bits to show yet</source>
        <translation>Noch keine Bits zu zeigen</translation>
    </message>
    <message>
        <source>as solved</source>
        <translation>wie gelöst</translation>
    </message>
    <message>
        <source>plan, not solved</source>
        <translation>Plan, nicht gelöst</translation>
    </message>
    <message>
        <source>%1 · %2 · inputs shared by several linears keep one width · size without embeddings</source>
        <translation>%1 · %2 · Linearschichten mit gemeinsamem Eingang behalten eine Bitbreite · Größe ohne Einbettungen</translation>
    </message>
    <message>
        <source>%1 bits on average</source>
        <translation>%1 Bits im Mittel</translation>
    </message>
    <message>
        <source> · error %1</source>
        <translation> · Fehler %1</translation>
    </message>
    <message>
        <source>divergence ≈ %1 estimate</source>
        <translation>Divergenz ≈ %1, geschätzt</translation>
    </message>
    <message>
        <source>error ≈ %1 estimate</source>
        <translation>Fehler ≈ %1, geschätzt</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>uniform</source>
        <translation>einheitlich</translation>
    </message>
    <message>
        <source>this run</source>
        <translation>dieser Lauf</translation>
    </message>
    <message>
        <source>this plan, estimate</source>
        <translation>dieser Plan, Schätzung</translation>
    </message>
    <message>
        <source>Map of the bits of %1 linears in %2 blocks: %3 bits on average, %4, error %5%6. Below it the best error for every size. The numbers are in the table of this view.</source>
        <translation>Karte der Bits von %1 Linearschichten in %2 Blöcken: %3 Bits im Mittel, %4, Fehler %5%6. Darunter der beste Fehler zu jeder Größe. Die Zahlen stehen in der Tabelle dieser Ansicht.</translation>
    </message>
    <message>
        <source> (estimate)</source>
        <translation> (Schätzung)</translation>
    </message>
    <message>
        <source>block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>Linearschicht</translation>
    </message>
    <message>
        <source>solved bits</source>
        <translation>gelöste Bits</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>relative error</source>
        <translation>relativer Fehler</translation>
    </message>
    <message>
        <source>part of the objective</source>
        <translation>Anteil am Ziel</translation>
    </message>
    <message>
        <source>estimate</source>
        <translation>Schätzung</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>As solved</source>
        <translation>Wie gelöst</translation>
    </message>
    <message>
        <source>Back to the widths as they were solved</source>
        <translation>Zurück zu den Bitbreiten, wie sie gelöst wurden</translation>
    </message>
    <message>
        <source>Use in next run</source>
        <translation>Im nächsten Lauf nutzen</translation>
    </message>
    <message>
        <source>Give this budget to the next run</source>
        <translation>Dieses Budget dem nächsten Lauf geben</translation>
    </message>
    <message>
        <source>bit plan</source>
        <translation>Bitplan</translation>
    </message>
    <message>
        <source>budget</source>
        <translation>Budget</translation>
    </message>
    <message>
        <source>bits of %1</source>
        <translation>Bits von %1</translation>
    </message>
    <message>
        <source>The next run gets a budget of %1 bits</source>
        <translation>Der nächste Lauf bekommt ein Budget von %1 Bits</translation>
    </message>
    <message>
        <source>plan of the widths tried so far, not solved</source>
        <translation>Plan der bisher versuchten Bitbreiten, nicht gelöst</translation>
    </message>
    <message>
        <source>baseline: %1</source>
        <translation>Vergleich: %1</translation>
    </message>
    <message>
        <source>Dashed: the baseline, %1 bits on average, other widths in %2 of %3 linears.</source>
        <translation>Gestrichelt: der Vergleich, im Mittel %1 Bit, andere Breiten in %2 von %3 linearen Schichten.</translation>
    </message>
    <message>
        <source>baseline bits</source>
        <translation>Bit des Vergleichs</translation>
    </message>
</context>
<context>
    <name>Compare</name>
    <message>
        <source>same</source>
        <translation>gleich</translation>
    </message>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>B − A</source>
        <translation>B − A</translation>
    </message>
    <message>
        <source>Options that differ</source>
        <translation>Optionen, die sich unterscheiden</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Relative output error of %1 at %2 tokens, %</source>
        <translation>Relativer Ausgabefehler von %1 bei %2 Tokens, %</translation>
    </message>
    <message>
        <source>Relative error, %</source>
        <translation>Relativer Fehler, %</translation>
    </message>
    <message>
        <source>Compare runs</source>
        <translation>Läufe vergleichen</translation>
    </message>
    <message>
        <source>No comparison yet</source>
        <translation>Noch kein Vergleich</translation>
    </message>
    <message>
        <source>%1 against %2</source>
        <translation>%1 gegen %2</translation>
    </message>
    <message>
        <source>no baseline open</source>
        <translation>kein Vergleichslauf offen</translation>
    </message>
    <message>
        <source>%1 · %2 · delta is B − A, in colour where B is better</source>
        <translation>%1 · %2 · Differenz ist B − A, farbig, wo B besser ist</translation>
    </message>
    <message>
        <source>all options</source>
        <translation>alle Optionen</translation>
    </message>
    <message>
        <source>differences only</source>
        <translation>nur Unterschiede</translation>
    </message>
    <message>
        <source>%1 · %2 · open a baseline to compare</source>
        <translation>%1 · %2 · öffnen Sie zum Vergleichen einen zweiten Lauf</translation>
    </message>
    <message>
        <source>A · %1</source>
        <translation>A · %1</translation>
    </message>
    <message>
        <source>B · %1</source>
        <translation>B · %1</translation>
    </message>
    <message>
        <source>%1 options differ between A, %2, and B, %3. B is better in %4 of %5 numbers. All are in the table of this view.</source>
        <translation>%1 Optionen unterscheiden sich zwischen A, %2, und B, %3. B ist in %4 von %5 Zahlen besser. Alle stehen in der Tabelle dieser Ansicht.</translation>
    </message>
    <message>
        <source>Options and errors of %1; no baseline is open. All are in the table of this view.</source>
        <translation>Optionen und Fehler von %1; kein Vergleichslauf ist offen. Alle stehen in der Tabelle dieser Ansicht.</translation>
    </message>
    <message>
        <source>Errors are relative to the energy of each layer&apos;s output; means over all linears of a run. B is better where the delta is in colour.</source>
        <translation>Fehler sind relativ zur Energie der Ausgabe jeder Schicht; Mittel über alle Linearschichten eines Laufs. B ist besser, wo der Unterschied farbig ist.</translation>
    </message>
    <message>
        <source>section</source>
        <translation>Abschnitt</translation>
    </message>
    <message>
        <source>name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>option</source>
        <translation>Option</translation>
    </message>
    <message>
        <source>relative error of %1 at %2 tokens</source>
        <translation>relativer Fehler von %1 bei %2 Tokens</translation>
    </message>
    <message>
        <source>block %1</source>
        <translation>Block %1</translation>
    </message>
    <message>
        <source>Mean relative output error, held-out text, %</source>
        <translation>Mittlerer relativer Ausgabefehler, Prüftext, %</translation>
    </message>
    <message>
        <source>Mean relative output error, calibration text, %</source>
        <translation>Mittlerer relativer Ausgabefehler, Kalibriertext, %</translation>
    </message>
    <message>
        <source>length %1</source>
        <translation>Länge %1</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Open a run and a baseline to compare them.</source>
        <translation>Öffnen Sie einen Lauf und einen Vergleichslauf, um sie zu vergleichen.</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>Unterschiede</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>forward</source>
        <translation>Vorwärtsrechnung</translation>
    </message>
    <message>
        <source>held-out text</source>
        <translation>Prüftext</translation>
    </message>
    <message>
        <source>Hessians</source>
        <translation>Hesse-Matrizen</translation>
    </message>
    <message>
        <source>spectra</source>
        <translation>Spektren</translation>
    </message>
    <message>
        <source>untouched chain</source>
        <translation>unberührte Kette</translation>
    </message>
    <message>
        <source>input scales</source>
        <translation>Eingangsskalen</translation>
    </message>
    <message>
        <source>output Hessians</source>
        <translation>Hesse-Matrizen der Ausgaben</translation>
    </message>
    <message>
        <source>factor</source>
        <translation>Zerlegung</translation>
    </message>
    <message>
        <source>stage 1</source>
        <translation>Stufe 1</translation>
    </message>
    <message>
        <source>column loop</source>
        <translation>Spaltenschleife</translation>
    </message>
    <message>
        <source>stage 2</source>
        <translation>Stufe 2</translation>
    </message>
    <message>
        <source>losses of stages</source>
        <translation>Verluste der Stufen</translation>
    </message>
    <message>
        <source>errors per length</source>
        <translation>Fehler je Länge</translation>
    </message>
    <message>
        <source>Seconds by phase, all blocks</source>
        <translation>Sekunden je Abschnitt, alle Blöcke</translation>
    </message>
    <message>
        <source>whole job</source>
        <translation>ganzer Auftrag</translation>
    </message>
</context>
<context>
    <name>Diagnostics</name>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>Cores</source>
        <translation>Kerne</translation>
    </message>
    <message>
        <source>Kernels</source>
        <translation>Rechenkerne</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>%1 in use, %2 available</source>
        <translation>%1 belegt, %2 verfügbar</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>Bildschirm</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Long gap</source>
        <translation>Lange Lücke</translation>
    </message>
    <message>
        <source>Gaps of the event loop</source>
        <translation>Lücken der Ereignisschleife</translation>
    </message>
</context>
<context>
    <name>Evaluation</name>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>B − A</source>
        <translation>B − A</translation>
    </message>
    <message>
        <source>p</source>
        <translation>p</translation>
    </message>
    <message>
        <source>%1, %</source>
        <translation>%1, %</translation>
    </message>
    <message>
        <source>B − A, points, 95 % intervals</source>
        <translation>B − A, Punkte, 95-%-Intervalle</translation>
    </message>
    <message>
        <source>Percent, ± 2 standard errors</source>
        <translation>Prozent, ± 2 Standardfehler</translation>
    </message>
    <message>
        <source>A better</source>
        <translation>A besser</translation>
    </message>
    <message>
        <source>B better</source>
        <translation>B besser</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>A answered</source>
        <translation>A antwortete</translation>
    </message>
    <message>
        <source>B answered</source>
        <translation>B antwortete</translation>
    </message>
    <message>
        <source>answered</source>
        <translation>antwortete</translation>
    </message>
    <message>
        <source>right</source>
        <translation>richtig</translation>
    </message>
    <message>
        <source>not right</source>
        <translation>nicht richtig</translation>
    </message>
    <message>
        <source>better in B</source>
        <translation>besser in B</translation>
    </message>
    <message>
        <source>better in A</source>
        <translation>besser in A</translation>
    </message>
    <message>
        <source>other answer, same score</source>
        <translation>andere Antwort, gleiche Wertung</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>Window, tokens</source>
        <translation>Fenster, Tokens</translation>
    </message>
    <message>
        <source>%1, window %2</source>
        <translation>%1, Fenster %2</translation>
    </message>
    <message>
        <source>Divergence from full precision, nats a token</source>
        <translation>Divergenz von voller Genauigkeit, Nat je Token</translation>
    </message>
    <message>
        <source>Loss −log p, nats a token</source>
        <translation>Verlust −log p, Nat je Token</translation>
    </message>
    <message>
        <source>Divergence, nats</source>
        <translation>Divergenz, Nat</translation>
    </message>
    <message>
        <source>Loss, nats</source>
        <translation>Verlust, Nat</translation>
    </message>
    <message>
        <source>B − A, nats</source>
        <translation>B − A, Nat</translation>
    </message>
    <message>
        <source>same</source>
        <translation>gleich</translation>
    </message>
    <message>
        <source>Position in the window, tokens</source>
        <translation>Stelle im Fenster, Tokens</translation>
    </message>
    <message>
        <source>No item is answered differently by the two runs, or they were not evaluated on the same task and data.</source>
        <translation>Die beiden Läufe beantworten keine Aufgabe verschieden, oder sie wurden nicht auf derselben Aufgabe und denselben Daten bewertet.</translation>
    </message>
    <message>
        <source>No items are recorded. Tasks with items are all but perplexity and divergence; runs of older versions kept only means.</source>
        <translation>Keine Einzelaufgaben sind aufgezeichnet. Alle Aufgaben außer Perplexität und Divergenz haben welche; Läufe älterer Versionen haben nur Mittel aufgehoben.</translation>
    </message>
    <message>
        <source>No losses by position are recorded. Perplexity and divergence keep them since version 1.3 of the run file.</source>
        <translation>Keine Verluste nach Stelle sind aufgezeichnet. Perplexität und Divergenz behalten sie seit Version 1.3 der Laufdatei.</translation>
    </message>
    <message>
        <source>%1 metrics of %2; no baseline is open. All are in the table of this view.</source>
        <translation>%1 Maße von %2; kein Vergleichslauf ist offen. Alle stehen in der Tabelle dieser Ansicht.</translation>
    </message>
    <message>
        <source>%1 metrics of B, %2, against A, %3. Of %4 that were measured on the same items %5 differ by more than chance (p &lt; 0.05). All are in the table of this view.</source>
        <translation>%1 Maße von B, %2, gegen A, %3. Von %4, die an denselben Aufgaben gemessen wurden, unterscheiden sich %5 mehr als durch Zufall (p &lt; 0,05). Alle stehen in der Tabelle dieser Ansicht.</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>Bewertung</translation>
    </message>
    <message>
        <source>Nothing to show here yet</source>
        <translation>Hier ist noch nichts zu zeigen</translation>
    </message>
    <message>
        <source>No evaluation yet</source>
        <translation>Noch keine Bewertung</translation>
    </message>
    <message>
        <source>%1 against %2</source>
        <translation>%1 gegen %2</translation>
    </message>
    <message>
        <source>%1 · %2 · open a baseline to compare</source>
        <translation>%1 · %2 · öffnen Sie zum Vergleichen einen zweiten Lauf</translation>
    </message>
    <message>
        <source>%1 · delta is B − A, in colour where B is better by more than chance</source>
        <translation>%1 · Differenz ist B − A, farbig, wo B um mehr als Zufall besser ist</translation>
    </message>
    <message>
        <source>%1 · items that the two runs answer differently</source>
        <translation>%1 · Aufgaben, die die beiden Läufe verschieden beantworten</translation>
    </message>
    <message>
        <source>± is one standard error, of differences that of the paired items; p by McNemar&apos;s exact test for right and wrong; without p, chance is judged by both errors.</source>
        <translation>± ist ein Standardfehler, bei Differenzen der der gepaarten Aufgaben; p nach McNemars exaktem Test für richtig und falsch; ohne p wird der Zufall nach beiden Fehlern beurteilt.</translation>
    </message>
    <message>
        <source>± is one standard error.</source>
        <translation>± ist ein Standardfehler.</translation>
    </message>
    <message>
        <source>A · %1</source>
        <translation>A · %1</translation>
    </message>
    <message>
        <source>B · %1</source>
        <translation>B · %1</translation>
    </message>
    <message>
        <source>Open a run to see how it was evaluated.</source>
        <translation>Öffnen Sie einen Lauf, um seine Bewertung zu sehen.</translation>
    </message>
    <message>
        <source>task</source>
        <translation>Aufgabe</translation>
    </message>
    <message>
        <source>item</source>
        <translation>Einzelaufgabe</translation>
    </message>
    <message>
        <source>question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>score A</source>
        <translation>Wertung A</translation>
    </message>
    <message>
        <source>score B</source>
        <translation>Wertung B</translation>
    </message>
    <message>
        <source>data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>quantity</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>first position</source>
        <translation>erste Stelle</translation>
    </message>
    <message>
        <source>last position</source>
        <translation>letzte Stelle</translation>
    </message>
    <message>
        <source>divergence, nats</source>
        <translation>Divergenz, Nat</translation>
    </message>
    <message>
        <source>loss, nats</source>
        <translation>Verlust, Nat</translation>
    </message>
    <message>
        <source>metric</source>
        <translation>Maß</translation>
    </message>
    <message>
        <source>error of A</source>
        <translation>Fehler von A</translation>
    </message>
    <message>
        <source>error of B</source>
        <translation>Fehler von B</translation>
    </message>
    <message>
        <source>error of B − A</source>
        <translation>Fehler von B − A</translation>
    </message>
    <message>
        <source>items</source>
        <translation>Einzelaufgaben</translation>
    </message>
    <message>
        <source>right in A only</source>
        <translation>nur in A richtig</translation>
    </message>
    <message>
        <source>right in B only</source>
        <translation>nur in B richtig</translation>
    </message>
    <message>
        <source>What is shown</source>
        <translation>Was gezeigt wird</translation>
    </message>
    <message>
        <source>Tasks</source>
        <translation>Aufgaben</translation>
    </message>
    <message>
        <source>Items</source>
        <translation>Einzelaufgaben</translation>
    </message>
    <message>
        <source>Windows</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Positions</source>
        <translation>Stellen</translation>
    </message>
    <message>
        <source>Evaluate…</source>
        <translation>Bewerten…</translation>
    </message>
    <message>
        <source>No perplexity is recorded. Every evaluation with the task perplexity adds one; several windows make a curve.</source>
        <translation>Es ist keine Perplexität aufgezeichnet. Jede Auswertung mit der Aufgabe perplexity fügt eine hinzu; mehrere Fenster ergeben eine Kurve.</translation>
    </message>
    <message>
        <source>Nothing was evaluated on this run yet. Perplexity, divergence from the original model and tasks with answers are kept in the run file and appear here.</source>
        <translation>An diesem Lauf wurde noch nichts ausgewertet. Perplexität, Abweichung vom ursprünglichen Modell und Aufgaben mit Antworten werden in der Laufdatei aufbewahrt und erscheinen hier.</translation>
    </message>
</context>
<context>
    <name>Events</name>
    <message>
        <source>Activations rounded</source>
        <translation>Aktivierungen gerundet</translation>
    </message>
    <message>
        <source>The trained run is evaluated as it was trained. Switch the rounding of activations off to see the weights alone.</source>
        <translation>Der trainierte Lauf wird so ausgewertet, wie er trainiert wurde. Ohne das Runden der Aktivierungen sieht man die Gewichte allein.</translation>
    </message>
    <message>
        <source>Activations on disk</source>
        <translation>Aktivierungen auf der Platte</translation>
    </message>
    <message>
        <source>The result is the same, the job is slower. Give it more memory or fewer tokens.</source>
        <translation>Das Ergebnis ist dasselbe, der Auftrag ist langsamer. Gib ihm mehr Speicher oder weniger Tokens.</translation>
    </message>
    <message>
        <source>Cell of the study failed</source>
        <translation>Zelle der Studie gescheitert</translation>
    </message>
    <message>
        <source>The other cells are not affected. Put the cause right and resume the study: finished cells are kept.</source>
        <translation>Die anderen Zellen sind nicht betroffen. Behebe die Ursache und setze die Studie fort: Fertige Zellen bleiben.</translation>
    </message>
    <message>
        <source>Costs not measured</source>
        <translation>Kosten nicht gemessen</translation>
    </message>
    <message>
        <source>Times and memory of integer arithmetic need a training on the CPU.</source>
        <translation>Zeiten und Speicher der Ganzzahlrechnung brauchen ein Training auf der CPU.</translation>
    </message>
    <message>
        <source>Damping raised</source>
        <translation>Dämpfung erhöht</translation>
    </message>
    <message>
        <source>The Hessian could not be factored as it was. More text for calibration makes it better conditioned.</source>
        <translation>Die Hesse-Matrix ließ sich so nicht zerlegen. Mehr Text zum Kalibrieren macht sie besser konditioniert.</translation>
    </message>
    <message>
        <source>Dead channels</source>
        <translation>Tote Kanäle</translation>
    </message>
    <message>
        <source>Inputs that the calibration text never used. Their weights become zero; other text may need them.</source>
        <translation>Eingänge, die der Kalibriertext nie benutzt hat. Ihre Gewichte werden null; anderer Text braucht sie vielleicht.</translation>
    </message>
    <message>
        <source>Fell back to the CPU</source>
        <translation>Ausgewichen auf die CPU</translation>
    </message>
    <message>
        <source>The result is the same up to rounding, the job is slower. Check the driver of the GPU.</source>
        <translation>Das Ergebnis ist bis auf Rundung dasselbe, der Auftrag ist langsamer. Prüfe den Treiber der GPU.</translation>
    </message>
    <message>
        <source>Factorization failed</source>
        <translation>Zerlegung gescheitert</translation>
    </message>
    <message>
        <source>No damping made this Hessian positive. Calibrate with more or other text.</source>
        <translation>Keine Dämpfung machte diese Hesse-Matrix positiv. Kalibriere mit mehr oder anderem Text.</translation>
    </message>
    <message>
        <source>Other GGUF type</source>
        <translation>Anderer GGUF-Typ</translation>
    </message>
    <message>
        <source>The type that was asked for does not fit this tensor, so that a wider one holds it.</source>
        <translation>Der verlangte Typ passt nicht zu diesem Tensor, deshalb hält ihn ein breiterer.</translation>
    </message>
    <message>
        <source>Input not scaled</source>
        <translation>Eingang nicht skaliert</translation>
    </message>
    <message>
        <source>This model has nothing before this input that AWQ&apos;s scales could be divided into. It is quantized without them.</source>
        <translation>Vor diesem Eingang hat dieses Modell nichts, in das die Skalen von AWQ dividiert werden könnten. Er wird ohne sie quantisiert.</translation>
    </message>
    <message>
        <source>Limit of a loader</source>
        <translation>Grenze eines Ladeprogramms</translation>
    </message>
    <message>
        <source>The files are complete, but the program that loads them does not do everything they ask for.</source>
        <translation>Die Dateien sind vollständig, aber das Programm, das sie lädt, tut nicht alles, was sie verlangen.</translation>
    </message>
    <message>
        <source>Memory is short</source>
        <translation>Speicher ist knapp</translation>
    </message>
    <message>
        <source>The job may be stopped by the system. Take fewer tokens, or close other programs.</source>
        <translation>Das System könnte den Auftrag beenden. Nimm weniger Tokens oder schließe andere Programme.</translation>
    </message>
    <message>
        <source>Narrowing waits</source>
        <translation>Verschmälern wartet</translation>
    </message>
    <message>
        <source>Layers keep their width for now, so that the training can follow.</source>
        <translation>Schichten behalten vorerst ihre Breite, damit das Training folgen kann.</translation>
    </message>
    <message>
        <source>Newer run file</source>
        <translation>Neuere Laufdatei</translation>
    </message>
    <message>
        <source>A newer version of the program wrote this run. What this one does not know is not shown; update it to see everything.</source>
        <translation>Eine neuere Version des Programms hat diesen Lauf geschrieben. Was diese nicht kennt, wird nicht gezeigt; mit der neueren sieht man alles.</translation>
    </message>
    <message>
        <source>Option without effect</source>
        <translation>Option ohne Wirkung</translation>
    </message>
    <message>
        <source>An option was set that the other options leave without a meaning. The result does not depend on it.</source>
        <translation>Eine Option wurde gesetzt, die neben den anderen nichts bedeutet. Das Ergebnis hängt nicht von ihr ab.</translation>
    </message>
    <message>
        <source>Other number of processes</source>
        <translation>Andere Zahl von Prozessen</translation>
    </message>
    <message>
        <source>The run went on with another number of processes. Its sums differ by rounding.</source>
        <translation>Der Lauf ging mit einer anderen Zahl von Prozessen weiter. Seine Summen unterscheiden sich um Rundung.</translation>
    </message>
    <message>
        <source>Large weight cut off</source>
        <translation>Großes Gewicht gekappt</translation>
    </message>
    <message>
        <source>A weight far beyond its group&apos;s range was clipped. If the perplexity suffers, search the scales with the Hessian or take the full range.</source>
        <translation>Ein Gewicht weit außerhalb des Bereichs seiner Gruppe wurde gekappt. Leidet die Perplexität, suche die Skalen mit der Hesse-Matrix oder nimm den vollen Bereich.</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>A figure that an evaluation found.</source>
        <translation>Eine Zahl, die eine Auswertung ergab.</translation>
    </message>
    <message>
        <source>Result not kept</source>
        <translation>Ergebnis nicht aufgehoben</translation>
    </message>
    <message>
        <source>The evaluation is done, but the run file could not take its result. Make the file writable and evaluate again.</source>
        <translation>Die Auswertung ist fertig, aber die Laufdatei konnte ihr Ergebnis nicht aufnehmen. Mache die Datei beschreibbar und werte noch einmal aus.</translation>
    </message>
    <message>
        <source>Only rounded</source>
        <translation>Nur gerundet</translation>
    </message>
    <message>
        <source>This linear is rounded to nearest, without compensation of its errors. Calibrate with more or other text.</source>
        <translation>Diese lineare Schicht ist zum Nächsten gerundet, ohne Ausgleich ihrer Fehler. Kalibriere mit mehr oder anderem Text.</translation>
    </message>
    <message>
        <source>Runs as int8</source>
        <translation>Läuft als int8</translation>
    </message>
    <message>
        <source>Narrower codes save space on disk, but are multiplied as bytes. The times are those of int8.</source>
        <translation>Schmalere Codes sparen Platz auf der Platte, werden aber als Bytes multipliziert. Die Zeiten sind die von int8.</translation>
    </message>
    <message>
        <source>Scales kept</source>
        <translation>Skalen behalten</translation>
    </message>
    <message>
        <source>The refinement leaves scales alone where a new one would be no better or not allowed.</source>
        <translation>Die Verfeinerung lässt Skalen stehen, wo eine neue nicht besser oder nicht erlaubt wäre.</translation>
    </message>
    <message>
        <source>Item skipped</source>
        <translation>Aufgabe übersprungen</translation>
    </message>
    <message>
        <source>An item of the task has no score and is not counted.</source>
        <translation>Eine Aufgabe des Tests hat keine Wertung und zählt nicht.</translation>
    </message>
    <message>
        <source>Spectra left out</source>
        <translation>Spektren weggelassen</translation>
    </message>
    <message>
        <source>Eigenvalues of wide inputs take long. Raise the width of spectra to have them.</source>
        <translation>Eigenwerte breiter Eingänge dauern lange. Erhöhe die Breite der Spektren, um sie zu bekommen.</translation>
    </message>
    <message>
        <source>Tensors left out</source>
        <translation>Tensoren weggelassen</translation>
    </message>
    <message>
        <source>Parts of the model that do not belong to its text part are not in the file.</source>
        <translation>Teile des Modells, die nicht zum Textteil gehören, sind nicht in der Datei.</translation>
    </message>
    <message>
        <source>Test part of the data</source>
        <translation>Testteil der Daten</translation>
    </message>
    <message>
        <source>Only texts that the training has not seen are evaluated.</source>
        <translation>Nur Texte, die das Training nicht gesehen hat, werden ausgewertet.</translation>
    </message>
    <message>
        <source>Text used repeatedly</source>
        <translation>Text mehrfach benutzt</translation>
    </message>
    <message>
        <source>There is less text than asked for, so that sequences overlap. Give more text.</source>
        <translation>Es gibt weniger Text als verlangt, deshalb überlappen sich Sequenzen. Gib mehr Text.</translation>
    </message>
    <message>
        <source>Tokenizer differs</source>
        <translation>Tokenizer weicht ab</translation>
    </message>
    <message>
        <source>The exported tokenizer splits some texts differently. Compare before using it.</source>
        <translation>Der exportierte Tokenizer zerlegt manche Texte anders. Vergleiche, bevor du ihn benutzt.</translation>
    </message>
    <message>
        <source>Tokenizer not exported</source>
        <translation>Tokenizer nicht exportiert</translation>
    </message>
    <message>
        <source>The weights are complete. Programs that load them need the tokenizer of the original model.</source>
        <translation>Die Gewichte sind vollständig. Programme, die sie laden, brauchen den Tokenizer des ursprünglichen Modells.</translation>
    </message>
    <message>
        <source>Weighting fitted</source>
        <translation>Gewichtung angepasst</translation>
    </message>
    <message>
        <source>The weights of the lengths that predict the error on the held-out text best.</source>
        <translation>Die Gewichte der Längen, die den Fehler auf dem Prüftext am besten vorhersagen.</translation>
    </message>
    <message>
        <source>Width went back</source>
        <translation>Breite ging zurück</translation>
    </message>
    <message>
        <source>A layer returned to the width it had left. Raise hysteresis or smoothing if it happens often.</source>
        <translation>Eine Schicht kehrte zu der Breite zurück, die sie verlassen hatte. Erhöhe Hysterese oder Glättung, wenn das oft geschieht.</translation>
    </message>
    <message>
        <source>Widths held by hysteresis</source>
        <translation>Breiten von Hysterese gehalten</translation>
    </message>
    <message>
        <source>Changes that gain too little were not made. A smaller hysteresis lets them happen.</source>
        <translation>Änderungen, die zu wenig bringen, wurden nicht gemacht. Eine kleinere Hysterese lässt sie zu.</translation>
    </message>
    <message>
        <source>Width kept</source>
        <translation>Breite behalten</translation>
    </message>
    <message>
        <source>Widths changed</source>
        <translation>Breiten geändert</translation>
    </message>
    <message>
        <source>Layers got other widths from their sensitivity.</source>
        <translation>Schichten bekamen andere Breiten aus ihrer Empfindlichkeit.</translation>
    </message>
</context>
<context>
    <name>HessianDiagonal</name>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Tokens</translation>
    </message>
    <message>
        <source>× mix</source>
        <translation>× Mischung</translation>
    </message>
    <message>
        <source>sampling noise, ± 2 standard errors</source>
        <translation>Stichprobenrauschen, ± 2 Standardfehler</translation>
    </message>
    <message>
        <source>mix (%1)</source>
        <translation>Mischung (%1)</translation>
    </message>
    <message>
        <source>baseline: %1</source>
        <translation>Vergleich: %1</translation>
    </message>
    <message>
        <source>pinned: %1</source>
        <translation>festgehalten: %1</translation>
    </message>
    <message>
        <source>noise, ± 2 σ</source>
        <translation>Rauschen, ± 2 σ</translation>
    </message>
    <message>
        <source>%1 of %2 channels drawn</source>
        <translation>%1 von %2 Kanälen gezeichnet</translation>
    </message>
    <message>
        <source>%1 dead channels have no mark on a logarithmic axis</source>
        <translation>%1 tote Kanäle haben keine Marke auf einer logarithmischen Achse</translation>
    </message>
    <message>
        <source>faint: every channel, solid: running median over ±9 % of rank</source>
        <translation>blass: jeder Kanal, kräftig: gleitender Median über ±9 % des Rangs</translation>
    </message>
    <message>
        <source>first token of every sequence left out</source>
        <translation>erstes Token jeder Sequenz weggelassen</translation>
    </message>
    <message>
        <source>%1: %2 ×</source>
        <translation>%1: %2 ×</translation>
    </message>
    <message>
        <source>Mean square of %1 input channels of block %2, %3, per sequence length on a logarithmic axis. The largest channel is %4 with %5 in the mix; relative to the mix it has %6. The numbers are in the table of this view.</source>
        <translation>Mittleres Quadrat von %1 Eingangskanälen von Block %2, %3, je Sequenzlänge auf einer logarithmischen Achse. Der größte Kanal ist %4 mit %5 in der Mischung; relativ zur Mischung hat er %6. Die Zahlen stehen in der Tabelle dieser Ansicht.</translation>
    </message>
    <message>
        <source>Hessian diagonal per sequence length</source>
        <translation>Hesse-Diagonale je Sequenzlänge</translation>
    </message>
    <message>
        <source>Hessian diagonal</source>
        <translation>Hesse-Diagonale</translation>
    </message>
    <message>
        <source>No diagonal to show</source>
        <translation>Keine Diagonale zu zeigen</translation>
    </message>
    <message>
        <source>Channel, ranked by the mix</source>
        <translation>Kanal, nach der Mischung geordnet</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>E[x²] per token</source>
        <translation>E[x²] je Token</translation>
    </message>
    <message>
        <source>E[x²]</source>
        <translation>E[x²]</translation>
    </message>
    <message>
        <source>damping adds %1 of the mean = %2</source>
        <translation>Dämpfung fügt %1 des Mittels hinzu = %2</translation>
    </message>
    <message>
        <source>rank</source>
        <translation>Rang</translation>
    </message>
    <message>
        <source>channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>E[x²] at %1 tokens</source>
        <translation>E[x²] bei %1 Tokens</translation>
    </message>
    <message>
        <source>mix</source>
        <translation>Mischung</translation>
    </message>
    <message>
        <source>baseline mix</source>
        <translation>Mischung des Vergleichs</translation>
    </message>
    <message>
        <source>pinned mix</source>
        <translation>festgehaltene Mischung</translation>
    </message>
    <message>
        <source>relative standard error</source>
        <translation>relativer Standardfehler</translation>
    </message>
    <message>
        <source>Channel %1, rank %2 of %3</source>
        <translation>Kanal %1, Rang %2 von %3</translation>
    </message>
    <message>
        <source>The weighting “%1” of this run names a length that is not in its bank.</source>
        <translation>Die Gewichtung „%1“ dieses Laufs nennt eine Länge, die nicht in seiner Bank ist.</translation>
    </message>
    <message>
        <source>the chips</source>
        <translation>den Längen</translation>
    </message>
    <message>
        <source>Open a run, or start one, to see the Hessian diagonal.</source>
        <translation>Öffnen oder starten Sie einen Lauf, um die Hesse-Diagonale zu sehen.</translation>
    </message>
    <message>
        <source>Nothing has been recorded for this layer yet.</source>
        <translation>Für diese Schicht ist noch nichts aufgezeichnet.</translation>
    </message>
    <message>
        <source>This run kept no diagonals (it was recorded with --keep none).</source>
        <translation>Dieser Lauf hat keine Diagonalen aufgehoben (er wurde mit --keep none aufgezeichnet).</translation>
    </message>
    <message>
        <source>Record it in the next run</source>
        <translation>Im nächsten Lauf aufzeichnen</translation>
    </message>
    <message>
        <source>%1 · block %2 · %3 · %4 channels · %5 sequences</source>
        <translation>%1 · Block %2 · %3 · %4 Kanäle · %5 Sequenzen</translation>
    </message>
    <message>
        <source>%1 input</source>
        <translation>Eingang von %1</translation>
    </message>
</context>
<context>
    <name>HessianMap</name>
    <message>
        <source>Trace per token, relative to %1</source>
        <translation>Spur je Token, relativ zu %1</translation>
    </message>
    <message>
        <source>Condition number</source>
        <translation>Konditionszahl</translation>
    </message>
    <message>
        <source>Effective rank</source>
        <translation>Effektiver Rang</translation>
    </message>
    <message>
        <source>Largest eigenvalue, share of the trace</source>
        <translation>Größter Eigenwert, Anteil an der Spur</translation>
    </message>
    <message>
        <source>Drift from %1 tokens, relative</source>
        <translation>Drift gegenüber %1 Tokens, relativ</translation>
    </message>
    <message>
        <source>block %1 selected</source>
        <translation>Block %1 gewählt</translation>
    </message>
    <message>
        <source>block %1 selected: %2 at %3 tokens</source>
        <translation>Block %1 gewählt: %2 bei %3 Tokens</translation>
    </message>
    <message>
        <source>block %1 selected: trace at %2 is %3 × the trace at %4</source>
        <translation>Block %1 gewählt: Spur bei %2 ist das %3-fache der Spur bei %4</translation>
    </message>
    <message>
        <source>not recorded yet</source>
        <translation>noch nicht aufgezeichnet</translation>
    </message>
    <message>
        <source>rows: sequence length in tokens</source>
        <translation>Zeilen: Sequenzlänge in Tokens</translation>
    </message>
    <message>
        <source>Eigenvalue rank</source>
        <translation>Rang des Eigenwerts</translation>
    </message>
    <message>
        <source>Eigenvalue of H per token</source>
        <translation>Eigenwert von H je Token</translation>
    </message>
    <message>
        <source>Eigenvalue</source>
        <translation>Eigenwert</translation>
    </message>
    <message>
        <source>Heat map of the %1 for %2 blocks, %3 inputs and %4 lengths. The largest value, %5, is at block %6, %7, %8 tokens. The numbers are in the table of this view.</source>
        <translation>Farbkarte (%1) für %2 Blöcke, %3 Eingänge und %4 Längen. Der größte Wert, %5, liegt bei Block %6, %7, %8 Tokens. Die Zahlen stehen in der Tabelle dieser Ansicht.</translation>
    </message>
    <message>
        <source>Hessian map</source>
        <translation>Hesse-Karte</translation>
    </message>
    <message>
        <source>Record it in the next run</source>
        <translation>Im nächsten Lauf aufzeichnen</translation>
    </message>
    <message>
        <source>Hessian map: %1</source>
        <translation>Hesse-Karte: %1</translation>
    </message>
    <message>
        <source>recorded up to block %1</source>
        <translation>bis Block %1 aufgezeichnet</translation>
    </message>
    <message>
        <source>%1 · %2 inputs per block · %3</source>
        <translation>%1 · %2 Eingänge je Block · %3</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Tokens</translation>
    </message>
    <message>
        <source>%1 of %2 blocks recorded</source>
        <translation>%1 von %2 Blöcken aufgezeichnet</translation>
    </message>
    <message>
        <source>%1 eigenvalues below 10⁻⁹ of the largest not drawn</source>
        <translation>%1 Eigenwerte unter 10⁻⁹ des größten nicht gezeichnet</translation>
    </message>
    <message>
        <source>no spectrum recorded for this input</source>
        <translation>für diesen Eingang ist kein Spektrum aufgezeichnet</translation>
    </message>
    <message>
        <source>block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>input</source>
        <translation>Eingang</translation>
    </message>
    <message>
        <source>length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Block %1</source>
        <translation>Block %1</translation>
    </message>
    <message>
        <source>No Hessian map yet</source>
        <translation>Noch keine Hesse-Karte</translation>
    </message>
    <message>
        <source>Open a run, or start one, to see how its inputs differ by block and length.</source>
        <translation>Öffnen oder starten Sie einen Lauf, um zu sehen, wie sich seine Eingänge nach Block und Länge unterscheiden.</translation>
    </message>
    <message>
        <source>Nothing has been recorded yet.</source>
        <translation>Noch ist nichts aufgezeichnet.</translation>
    </message>
    <message>
        <source>This run kept nothing of its Hessian bank (it was recorded with --keep none).</source>
        <translation>Dieser Lauf hat nichts von seiner Hesse-Bank aufgehoben (er wurde mit --keep none aufgezeichnet).</translation>
    </message>
    <message>
        <source>No spectra recorded</source>
        <translation>Keine Spektren aufgezeichnet</translation>
    </message>
    <message>
        <source>All traces of this bank are zero.</source>
        <translation>Alle Spuren dieser Bank sind null.</translation>
    </message>
    <message>
        <source>This statistic needs eigenvalues, which this run did not compute. Choose the trace, or record spectra.</source>
        <translation>Diese Größe braucht Eigenwerte, die dieser Lauf nicht berechnet hat. Wählen Sie die Spur, oder zeichnen Sie Spektren auf.</translation>
    </message>
    <message>
        <source>Statistic</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Trace per token</source>
        <translation>Spur je Token</translation>
    </message>
    <message>
        <source>Largest share</source>
        <translation>Größter Anteil</translation>
    </message>
    <message>
        <source>Drift</source>
        <translation>Drift</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Viridis</source>
        <translation>Viridis</translation>
    </message>
    <message>
        <source>Cividis</source>
        <translation>Cividis</translation>
    </message>
    <message>
        <source>Trace / %1</source>
        <translation>Spur / %1</translation>
    </message>
    <message>
        <source>other inputs in a higher view</source>
        <translation>andere Eingänge bei mehr Höhe</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>Rang</translation>
    </message>
    <message>
        <source>Spectrum</source>
        <translation>Spektrum</translation>
    </message>
    <message>
        <source>block %1, %2</source>
        <translation>Block %1, %2</translation>
    </message>
    <message>
        <source>baseline: %1, %2 tokens</source>
        <translation>Vergleich: %1, %2 Token</translation>
    </message>
</context>
<context>
    <name>JobOptions</name>
    <message>
        <source>%1 linears, %2 written to %3, read back and found equal</source>
        <translation>%1 Lineare, %2 nach %3 geschrieben, zurückgelesen und gleich</translation>
    </message>
    <message>
        <source>%1 %2 ± %3 against the baseline (p %4)</source>
        <translation>%1 %2 ± %3 gegen den Vergleich (p %4)</translation>
    </message>
</context>
<context>
    <name>JobState</name>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>stopping</source>
        <translation>hält an</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>pausiert</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>gescheitert</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
</context>
<context>
    <name>LengthTuner</name>
    <message>
        <source>Length, tokens</source>
        <translation>Länge, Tokens</translation>
    </message>
    <message>
        <source>Error per length</source>
        <translation>Fehler je Länge</translation>
    </message>
    <message>
        <source>Relative output error, %</source>
        <translation>Relativer Ausgabefehler, %</translation>
    </message>
    <message>
        <source>this run</source>
        <translation>dieser Lauf</translation>
    </message>
    <message>
        <source>solved again</source>
        <translation>neu gelöst</translation>
    </message>
    <message>
        <source>held-out text</source>
        <translation>Prüftext</translation>
    </message>
    <message>
        <source>error %1</source>
        <translation>Fehler %1</translation>
    </message>
    <message>
        <source>as the run solved it · drag a chip to solve this linear again</source>
        <translation>wie der Lauf sie löste · ziehen Sie an einer Länge, um diese Linearschicht neu zu lösen</translation>
    </message>
    <message>
        <source>mean over lengths · run %1 · %2 bits a weight with scales · solved in %3</source>
        <translation>Mittel über die Längen · Lauf %1 · %2 Bits je Gewicht mit Skalen · gelöst in %3</translation>
    </message>
    <message>
        <source>solving again</source>
        <translation>wird neu gelöst</translation>
    </message>
    <message>
        <source> · solved on this run&apos;s bank; blocks behind this one keep what was recorded behind the run&apos;s weights</source>
        <translation> · gelöst auf der Bank dieses Laufs; spätere Blöcke behalten, was hinter den Gewichten des Laufs aufgezeichnet wurde</translation>
    </message>
    <message>
        <source>choose a solved linear to solve it again</source>
        <translation>wählen Sie eine gelöste Linearschicht, um sie neu zu lösen</translation>
    </message>
    <message>
        <source>solving again needs the full bank, which this run did not keep (--keep full)</source>
        <translation>neu lösen braucht die volle Bank, die dieser Lauf nicht aufgehoben hat (--keep full)</translation>
    </message>
    <message>
        <source>Length tuner</source>
        <translation>Längen abstimmen</translation>
    </message>
    <message>
        <source>Nothing to tune yet</source>
        <translation>Noch nichts abzustimmen</translation>
    </message>
    <message>
        <source>Lengths, their mix and the error it gives</source>
        <translation>Längen, ihre Mischung und der Fehler, den sie ergibt</translation>
    </message>
    <message>
        <source>error of this run</source>
        <translation>Fehler dieses Laufs</translation>
    </message>
    <message>
        <source>error solved again</source>
        <translation>Fehler, neu gelöst</translation>
    </message>
    <message>
        <source>error on held-out text</source>
        <translation>Fehler auf dem Prüftext</translation>
    </message>
    <message>
        <source> Mean error over lengths: %1 in this run%2.</source>
        <translation> Mittlerer Fehler über die Längen: %1 in diesem Lauf%2.</translation>
    </message>
    <message>
        <source>, %1 when solved again</source>
        <translation>, %1 neu gelöst</translation>
    </message>
    <message>
        <source>length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>relative error of the run</source>
        <translation>relativer Fehler des Laufs</translation>
    </message>
    <message>
        <source>held-out, solved again</source>
        <translation>Prüftext, neu gelöst</translation>
    </message>
    <message>
        <source>mean over lengths · run %1 · %2 bits a weight with scales</source>
        <translation>Mittel über die Längen · Lauf %1 · %2 Bits je Gewicht mit Skalen</translation>
    </message>
    <message>
        <source>Error, %</source>
        <translation>Fehler, %</translation>
    </message>
</context>
<context>
    <name>LengthsText</name>
    <message>
        <source>length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>document</source>
        <translation>Dokument</translation>
    </message>
    <message>
        <source>from token</source>
        <translation>ab Token</translation>
    </message>
    <message>
        <source>used for</source>
        <translation>verwendet für</translation>
    </message>
    <message>
        <source>Documents of the calibration text</source>
        <translation>Dokumente des Kalibriertexts</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>Tokens by length</source>
        <translation>Tokens nach Länge</translation>
    </message>
    <message>
        <source>Length, tokens</source>
        <translation>Länge, Tokens</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>Open a run, or start one, to see the text behind it.</source>
        <translation>Öffnen oder starten Sie einen Lauf, um den Text dahinter zu sehen.</translation>
    </message>
    <message>
        <source>This run records no sequences.</source>
        <translation>Dieser Lauf zeichnet keine Sequenzen auf.</translation>
    </message>
    <message>
        <source>Lengths and text</source>
        <translation>Längen und Text</translation>
    </message>
    <message>
        <source>No text to show yet</source>
        <translation>Noch kein Text zu zeigen</translation>
    </message>
    <message>
        <source>%1 sequences · %2 tokens</source>
        <translation>%1 Sequenzen · %2 Tokens</translation>
    </message>
    <message>
        <source>%1 · %2 · %3 sequences, %4 tokens</source>
        <translation>%1 · %2 · %3 Sequenzen, %4 Tokens</translation>
    </message>
    <message>
        <source>Tokens of a document</source>
        <translation>Tokens eines Dokuments</translation>
    </message>
    <message>
        <source>%1 documents, bins of a quarter octave; upright lines: the lengths of the set</source>
        <translation>%1 Dokumente, Klassen von einer Viertel-Oktave; senkrechte Linien: die Längen der Auswahl</translation>
    </message>
    <message>
        <source>Token ids were given, or the run is older than this view: document lengths are not recorded</source>
        <translation>Token-Nummern waren gegeben, oder der Lauf ist älter als diese Ansicht: Dokumentlängen sind nicht aufgezeichnet</translation>
    </message>
    <message>
        <source>%1 tokens: %2 sequences</source>
        <translation>%1 Tokens: %2 Sequenzen</translation>
    </message>
    <message>
        <source>Histogram of the token lengths of %1 documents, and the calibration tokens of %2 lengths. The numbers are in the table of this view.</source>
        <translation>Histogramm der Tokenlängen von %1 Dokumenten und die Kalibriertokens von %2 Längen. Die Zahlen stehen in der Tabelle dieser Ansicht.</translation>
    </message>
    <message>
        <source>sequences</source>
        <translation>Sequenzen</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>held-out sequences</source>
        <translation>Prüfsequenzen</translation>
    </message>
    <message>
        <source>held-out</source>
        <translation>Prüftext</translation>
    </message>
    <message>
        <source>calibration</source>
        <translation>Kalibrierung</translation>
    </message>
    <message>
        <source>Sequences of the run</source>
        <translation>Sequenzen des Laufs</translation>
    </message>
    <message>
        <source>Text of the chosen sequence</source>
        <translation>Text der gewählten Sequenz</translation>
    </message>
    <message>
        <source>Choose a sequence to read its text</source>
        <translation>Wählen Sie eine Sequenz, um ihren Text zu lesen</translation>
    </message>
</context>
<context>
    <name>MissingLinears</name>
    <message>
        <source>This pass tries every width on every linear; with the widths that it chooses, linears are solved in the pass behind it.</source>
        <translation>Dieser Durchgang versucht jede Bitbreite an jeder Linearschicht; mit den gewählten Bitbreiten werden sie im Durchgang danach gelöst.</translation>
    </message>
    <message>
        <source>No linear has been solved yet.</source>
        <translation>Noch ist keine Linearschicht gelöst.</translation>
    </message>
</context>
<context>
    <name>NumberText</name>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
</context>
<context>
    <name>ReconstructionError</name>
    <message>
        <source>Relative output error, %1 / %2</source>
        <translation>Relativer Ausgabefehler, %1 / %2</translation>
    </message>
    <message>
        <source>Relative output error, %</source>
        <translation>Relativer Ausgabefehler, %</translation>
    </message>
    <message>
        <source>Pairs of linear and length</source>
        <translation>Paare aus Linearschicht und Länge</translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation>Paare</translation>
    </message>
    <message>
        <source>Length, tokens</source>
        <translation>Länge, Tokens</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>above 1</source>
        <translation>über 1</translation>
    </message>
    <message>
        <source>median</source>
        <translation>Median</translation>
    </message>
    <message>
        <source>bin width %1</source>
        <translation>Klassenbreite %1</translation>
    </message>
    <message>
        <source>bin width a factor of %1</source>
        <translation>Klassenbreite ein Faktor %1</translation>
    </message>
    <message>
        <source>%1 of %2 pairs inside the axis</source>
        <translation>%1 von %2 Paaren innerhalb der Achse</translation>
    </message>
    <message>
        <source>%1 pairs without a ratio left out</source>
        <translation>%1 Paare ohne Verhältnis weggelassen</translation>
    </message>
    <message>
        <source>%1 pairs without error left out</source>
        <translation>%1 Paare ohne Fehler weggelassen</translation>
    </message>
    <message>
        <source>measured on held-out text</source>
        <translation>gemessen auf dem Prüftext</translation>
    </message>
    <message>
        <source>measured on the calibration text</source>
        <translation>gemessen auf dem Kalibriertext</translation>
    </message>
    <message>
        <source>Reconstruction error</source>
        <translation>Rekonstruktionsfehler</translation>
    </message>
    <message>
        <source>No comparison yet</source>
        <translation>Noch kein Vergleich</translation>
    </message>
    <message>
        <source>No errors to show yet</source>
        <translation>Noch keine Fehler zu zeigen</translation>
    </message>
    <message>
        <source>Reconstruction error, %1 against %2</source>
        <translation>Rekonstruktionsfehler, %1 gegen %2</translation>
    </message>
    <message>
        <source>%1 · %2 · %3 pairs of linear and length</source>
        <translation>%1 · %2 · %3 Paare aus Linearschicht und Länge</translation>
    </message>
    <message>
        <source>%1 against %2</source>
        <translation>%1 gegen %2</translation>
    </message>
    <message>
        <source>%1 linears × lengths</source>
        <translation>%1 Linearschichten × Längen</translation>
    </message>
    <message>
        <source>◂ baseline better</source>
        <translation>◂ Vergleich besser</translation>
    </message>
    <message>
        <source>this run better ▸</source>
        <translation>dieser Lauf besser ▸</translation>
    </message>
    <message>
        <source>of %1 pairs above 1</source>
        <translation>von %1 Paaren über 1</translation>
    </message>
    <message>
        <source>median of %1 pairs</source>
        <translation>Median von %1 Paaren</translation>
    </message>
    <message>
        <source> · short strokes: %1</source>
        <translation> · kurze Striche: %1</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Tokens</translation>
    </message>
    <message>
        <source>Histogram of the error of %1 divided by the error of %2: %3 of %4 pairs are above 1, where the latter is better. </source>
        <translation>Histogramm des Fehlers von %1 geteilt durch den Fehler von %2: %3 von %4 Paaren liegen über 1, wo der letztere besser ist. </translation>
    </message>
    <message>
        <source>Histogram of the relative output error of %1: the median of %2 pairs is %3. </source>
        <translation>Histogramm des relativen Ausgabefehlers von %1: Der Median von %2 Paaren ist %3. </translation>
    </message>
    <message>
        <source>The numbers are in the table of this view.</source>
        <translation>Die Zahlen stehen in der Tabelle dieser Ansicht.</translation>
    </message>
    <message>
        <source>block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>Linearschicht</translation>
    </message>
    <message>
        <source>length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>relative error</source>
        <translation>relativer Fehler</translation>
    </message>
    <message>
        <source>baseline</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>ratio</source>
        <translation>Verhältnis</translation>
    </message>
    <message>
        <source>%1 to %2, pairs</source>
        <translation>%1 bis %2, Paare</translation>
    </message>
    <message>
        <source>Open a run, or start one, to see where the error sits.</source>
        <translation>Öffnen oder starten Sie einen Lauf, um zu sehen, wo der Fehler sitzt.</translation>
    </message>
    <message>
        <source>The baseline has no linear and length in common with this run.</source>
        <translation>Der Vergleichslauf hat keine Linearschicht und Länge mit diesem Lauf gemeinsam.</translation>
    </message>
    <message>
        <source>This run has no errors per length.</source>
        <translation>Dieser Lauf hat keine Fehler je Länge.</translation>
    </message>
    <message>
        <source>Measured on</source>
        <translation>Gemessen auf</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>Kalibriertext</translation>
    </message>
    <message>
        <source>Held-out</source>
        <translation>Prüftext</translation>
    </message>
    <message>
        <source>This run was made without held-out text</source>
        <translation>Dieser Lauf entstand ohne Prüftext</translation>
    </message>
</context>
<context>
    <name>RunNames</name>
    <message numerus="yes">
        <source>%n sequences</source>
        <translation>
            <numerusform>%n Folge</numerusform>
            <numerusform>%n Folgen</numerusform>
        </translation>
    </message>
    <message>
        <source>MaCa</source>
        <translation>MaCa</translation>
    </message>
    <message>
        <source>token-weighted</source>
        <translation>nach Tokens gewichtet</translation>
    </message>
    <message>
        <source>%1 tokens only</source>
        <translation>nur %1 Tokens</translation>
    </message>
    <message>
        <source>own mix</source>
        <translation>eigene Mischung</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>Kalibrierung</translation>
    </message>
    <message>
        <source> at %1</source>
        <translation> bei %1</translation>
    </message>
    <message>
        <source> with own mix</source>
        <translation> mit eigener Mischung</translation>
    </message>
    <message>
        <source>, %1 bit</source>
        <translation>, %1 Bit</translation>
    </message>
    <message>
        <source>, per channel</source>
        <translation>, je Kanal</translation>
    </message>
    <message>
        <source>block %1 · %2</source>
        <translation>Block %1 · %2</translation>
    </message>
    <message>
        <source>, %1 per length</source>
        <translation>, %1 je Länge</translation>
    </message>
    <message>
        <source>Errors per width</source>
        <translation>Fehler je Bitbreite</translation>
    </message>
    <message>
        <source>q k v input</source>
        <translation>Eingang von q k v</translation>
    </message>
    <message>
        <source>o input</source>
        <translation>Eingang von o</translation>
    </message>
    <message>
        <source>gate up input</source>
        <translation>Eingang von gate up</translation>
    </message>
    <message>
        <source>down input</source>
        <translation>Eingang von down</translation>
    </message>
</context>
<context>
    <name>ScaleTrajectory</name>
    <message>
        <source>Scale / scale after %1</source>
        <translation>Skala / Skala nach %1</translation>
    </message>
    <message>
        <source>middle 98 %</source>
        <translation>mittlere 98 %</translation>
    </message>
    <message>
        <source>middle 50 %</source>
        <translation>mittlere 50 %</translation>
    </message>
    <message>
        <source>row %1 · group %2</source>
        <translation>Zeile %1 · Gruppe %2</translation>
    </message>
    <message>
        <source>%1 group scales</source>
        <translation>%1 Gruppenskalen</translation>
    </message>
    <message>
        <source>row %1: %2 group scales</source>
        <translation>Zeile %1: %2 Gruppenskalen</translation>
    </message>
    <message>
        <source>median, middle 50 % and 98 %, those that moved most</source>
        <translation>Median, mittlere 50 % und 98 %, die am weitesten gewanderten</translation>
    </message>
    <message>
        <source>Sweep</source>
        <translation>Durchgang</translation>
    </message>
    <message>
        <source>Loss per sweep</source>
        <translation>Verlust je Durchgang</translation>
    </message>
    <message>
        <source>Relative output error, %</source>
        <translation>Relativer Ausgabefehler, %</translation>
    </message>
    <message>
        <source>Scale trajectory</source>
        <translation>Weg der Skalen</translation>
    </message>
    <message>
        <source>Group scales through the refinement sweeps</source>
        <translation>Gruppenskalen durch die Durchgänge der Verfeinerung</translation>
    </message>
    <message>
        <source>Turn on sweeps</source>
        <translation>Durchgänge einschalten</translation>
    </message>
    <message>
        <source>Relative output error of %1 along its sweeps: %2 % at first, %3 % at last. </source>
        <translation>Relativer Ausgabefehler von %1 entlang seiner Durchgänge: zuerst %2 %, zuletzt %3 %. </translation>
    </message>
    <message>
        <source>The scales of every step were not kept; start the run with --trajectories full to see them.</source>
        <translation>Die Skalen jedes Schritts wurden nicht aufgehoben; starten Sie den Lauf mit --trajectories full, um sie zu sehen.</translation>
    </message>
    <message>
        <source>%1 scales drawn</source>
        <translation>%1 Skalen gezeichnet</translation>
    </message>
    <message>
        <source> · %1 that are not positive at some step left out</source>
        <translation> · %1, die bei einem Schritt nicht positiv sind, weggelassen</translation>
    </message>
    <message>
        <source>The median of %1 group scales ends at %2 times its first value, the middle 98 % between %3 and %4. The numbers are in the table of this view.</source>
        <translation>Der Median von %1 Gruppenskalen endet beim %2-fachen seines ersten Werts, die mittleren 98 % zwischen %3 und %4. Die Zahlen stehen in der Tabelle dieser Ansicht.</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>relative error</source>
        <translation>relativer Fehler</translation>
    </message>
    <message>
        <source>median</source>
        <translation>Median</translation>
    </message>
    <message>
        <source>1 %</source>
        <translation>1 %</translation>
    </message>
    <message>
        <source>25 %</source>
        <translation>25 %</translation>
    </message>
    <message>
        <source>75 %</source>
        <translation>75 %</translation>
    </message>
    <message>
        <source>99 %</source>
        <translation>99 %</translation>
    </message>
    <message>
        <source>row %1, group %2</source>
        <translation>Zeile %1, Gruppe %2</translation>
    </message>
    <message>
        <source>middle 50 %, low</source>
        <translation>mittlere 50 %, unten</translation>
    </message>
    <message>
        <source>middle 50 %, high</source>
        <translation>mittlere 50 %, oben</translation>
    </message>
    <message>
        <source>error, %</source>
        <translation>Fehler, %</translation>
    </message>
    <message>
        <source>stage 1</source>
        <translation>Stufe 1</translation>
    </message>
    <message>
        <source>joint</source>
        <translation>gemeinsam</translation>
    </message>
    <message>
        <source>sweep %1</source>
        <translation>Durchgang %1</translation>
    </message>
    <message>
        <source>stage 1 on</source>
        <translation>Stufe 1 an</translation>
    </message>
    <message>
        <source>stage 1 off</source>
        <translation>Stufe 1 aus</translation>
    </message>
    <message>
        <source>No scales recorded</source>
        <translation>Keine Skalen aufgezeichnet</translation>
    </message>
    <message>
        <source>Open a run, or start one with Refine, to follow its group scales.</source>
        <translation>Öffnen Sie einen Lauf, oder starten Sie einen mit Verfeinern, um seinen Gruppenskalen zu folgen.</translation>
    </message>
    <message>
        <source>Turn on Refine to record every scale per sweep.</source>
        <translation>Schalten Sie Verfeinern ein, um jede Skala je Durchgang aufzuzeichnen.</translation>
    </message>
    <message>
        <source>Reading the scales.</source>
        <translation>Skalen werden gelesen.</translation>
    </message>
    <message>
        <source>whole layer</source>
        <translation>ganze Schicht</translation>
    </message>
    <message>
        <source>row </source>
        <translation>Zeile </translation>
    </message>
    <message>
        <source>Output channel whose scales are shown</source>
        <translation>Ausgangskanal, dessen Skalen gezeigt werden</translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message numerus="yes">
        <source>%n more rows, all in the table</source>
        <translation>
            <numerusform>%n weitere Zeile, alle stehen in der Tabelle</numerusform>
            <numerusform>%n weitere Zeilen, alle stehen in der Tabelle</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>block %1 of %2</source>
        <translation>Block %1 von %2</translation>
    </message>
    <message>
        <source>opening the model</source>
        <translation>öffnet das Modell</translation>
    </message>
    <message>
        <source>opening model and data</source>
        <translation>öffnet Modell und Daten</translation>
    </message>
    <message>
        <source>checking the weights</source>
        <translation>prüft die Gewichte</translation>
    </message>
    <message>
        <source>embedding the sequences</source>
        <translation>bettet die Sequenzen ein</translation>
    </message>
    <message>
        <source>reading weights</source>
        <translation>liest Gewichte</translation>
    </message>
    <message>
        <source>Hessians of %1</source>
        <translation>Hesse-Matrizen von %1</translation>
    </message>
    <message>
        <source>spectra of %1</source>
        <translation>Spektren von %1</translation>
    </message>
    <message>
        <source>untouched chain behind %1</source>
        <translation>unberührte Kette hinter %1</translation>
    </message>
    <message>
        <source>again: untouched chain</source>
        <translation>noch einmal: unberührte Kette</translation>
    </message>
    <message>
        <source>cross term of %1</source>
        <translation>Kreuzterm von %1</translation>
    </message>
    <message>
        <source>output Hessians of the heads</source>
        <translation>Hesse-Matrizen der Ausgänge der Köpfe</translation>
    </message>
    <message>
        <source>fit the weighting of %1</source>
        <translation>passt die Gewichtung von %1 an</translation>
    </message>
    <message>
        <source>scales of %1</source>
        <translation>Skalen von %1</translation>
    </message>
    <message>
        <source>factor %1</source>
        <translation>zerlegt %1</translation>
    </message>
    <message>
        <source>solve %1</source>
        <translation>löst %1</translation>
    </message>
    <message>
        <source>errors behind %1</source>
        <translation>Fehler hinter %1</translation>
    </message>
    <message>
        <source>errors per width</source>
        <translation>Fehler je Breite</translation>
    </message>
    <message>
        <source>trying widths behind %1</source>
        <translation>probiert Breiten hinter %1</translation>
    </message>
    <message>
        <source>sensitivity of the prediction to every linear</source>
        <translation>Empfindlichkeit der Vorhersage für jede lineare Schicht</translation>
    </message>
    <message>
        <source>tokenising %1, document %2 of %3</source>
        <translation>zerlegt %1 in Tokens, Dokument %2 von %3</translation>
    </message>
    <message>
        <source>tokenising, prompt %1 of %2</source>
        <translation>zerlegt in Tokens, Prompt %1 von %2</translation>
    </message>
    <message>
        <source>tokenising the texts of the perplexities</source>
        <translation>zerlegt die Texte der Perplexitäten in Tokens</translation>
    </message>
    <message>
        <source>tokenising</source>
        <translation>zerlegt in Tokens</translation>
    </message>
    <message>
        <source>perplexity, windows %1 to %2 of %3, block %4 of %5</source>
        <translation>Perplexität, Fenster %1 bis %2 von %3, Block %4 von %5</translation>
    </message>
    <message>
        <source>perplexity, windows %1 to %2 of %3, losses</source>
        <translation>Perplexität, Fenster %1 bis %2 von %3, Verluste</translation>
    </message>
    <message>
        <source>perplexity, windows, %1 of %2</source>
        <translation>Perplexität, Fenster, %1 von %2</translation>
    </message>
    <message>
        <source>perplexity of %1 windows</source>
        <translation>Perplexität von %1 Fenstern</translation>
    </message>
    <message>
        <source>divergence, window %1 of %2</source>
        <translation>Divergenz, Fenster %1 von %2</translation>
    </message>
    <message>
        <source>%1 of %2 items</source>
        <translation>%1 mit %2 Aufgaben</translation>
    </message>
    <message>
        <source>reading %1</source>
        <translation>liest %1</translation>
    </message>
    <message>
        <source>writing the run file</source>
        <translation>schreibt die Laufdatei</translation>
    </message>
    <message>
        <source>writing the tables</source>
        <translation>schreibt die Tabellen</translation>
    </message>
    <message>
        <source>writing %1</source>
        <translation>schreibt %1</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
</context>
<context>
    <name>TrainingStage</name>
    <message>
        <source> · %1 bits</source>
        <translation> · %1 Bit</translation>
    </message>
    <message>
        <source>step %1 of %2 · loss %3</source>
        <translation>Schritt %1 von %2 · Verlust %3</translation>
    </message>
    <message>
        <source>measuring %1</source>
        <translation>misst %1</translation>
    </message>
    <message>
        <source>measuring the costs of %1</source>
        <translation>misst die Kosten von %1</translation>
    </message>
    <message>
        <source>opening model and data</source>
        <translation>öffnet Modell und Daten</translation>
    </message>
    <message>
        <source>writing the result</source>
        <translation>schreibt das Ergebnis</translation>
    </message>
</context>
<context>
    <name>TrainingWords</name>
    <message>
        <source>Share of the true class</source>
        <translation>Anteil an der wahren Klasse</translation>
    </message>
    <message>
        <source>Texts by true class, down, and predicted class, across</source>
        <translation>Texte nach wahrer (abwärts) und vorhergesagter Klasse (quer)</translation>
    </message>
    <message>
        <source>Recall, %</source>
        <translation>Trefferquote, %</translation>
    </message>
    <message>
        <source>Found of every class</source>
        <translation>Gefunden von jeder Klasse</translation>
    </message>
    <message>
        <source>nothing was confused</source>
        <translation>nichts wurde verwechselt</translation>
    </message>
    <message>
        <source>most often %1 was taken for %2: %3 of %4</source>
        <translation>am häufigsten wurde %1 für %2 gehalten: %3 von %4</translation>
    </message>
    <message>
        <source>Classes are counted when the training ends.</source>
        <translation>Klassen werden am Ende des Trainings gezählt.</translation>
    </message>
    <message>
        <source>A language model has no classes.</source>
        <translation>Ein Sprachmodell hat keine Klassen.</translation>
    </message>
    <message>
        <source>Confusion of classes: %1</source>
        <translation>Verwechslung der Klassen: %1</translation>
    </message>
    <message>
        <source>Predicted class</source>
        <translation>Vorhergesagte Klasse</translation>
    </message>
    <message>
        <source>%1 of %2 texts right</source>
        <translation>%1 von %2 Texten richtig</translation>
    </message>
    <message>
        <source>Confusion of %1 classes by %2: %3 of %4 texts right; %5. The numbers are in the table of this view.</source>
        <translation>Verwechslung von %1 Klassen durch %2: %3 von %4 Texten richtig; %5. Die Zahlen stehen in der Tabelle dieser Ansicht.</translation>
    </message>
    <message>
        <source>Accuracy under noise is measured when the training of a classifier ends.</source>
        <translation>Die Genauigkeit bei Rauschen wird am Ende des Trainings eines Klassifikators gemessen.</translation>
    </message>
    <message>
        <source>Accuracy, %</source>
        <translation>Genauigkeit, %</translation>
    </message>
    <message>
        <source>%1 %2 % at %3</source>
        <translation>%1 %2 % bei %3</translation>
    </message>
    <message>
        <source>Step of the noise, relative to the largest magnitude of a tensor</source>
        <translation>Schrittweite des Rauschens, bezogen auf den größten Betrag eines Tensors</translation>
    </message>
    <message>
        <source>means of %1 draws at every level; bars: ± one standard deviation; pale: every draw</source>
        <translation>Mittel über %1 Ziehungen je Stärke; Balken: ± eine Standardabweichung; blass: jede Ziehung</translation>
    </message>
    <message>
        <source>Accuracy with added noise, means of %1 draws: %2. The numbers are in the table of this view.</source>
        <translation>Genauigkeit mit zusätzlichem Rauschen, Mittel über %1 Ziehungen: %2. Die Zahlen stehen in der Tabelle dieser Ansicht.</translation>
    </message>
    <message>
        <source>whole loss</source>
        <translation>gesamter Verlust</translation>
    </message>
    <message>
        <source>task</source>
        <translation>Aufgabe</translation>
    </message>
    <message>
        <source>distillation</source>
        <translation>Destillation</translation>
    </message>
    <message>
        <source>penalty, before its weight</source>
        <translation>Strafe, vor ihrem Gewicht</translation>
    </message>
    <message>
        <source>Terms of the loss</source>
        <translation>Teile des Verlusts</translation>
    </message>
    <message>
        <source>Loss, nats</source>
        <translation>Verlust, nat</translation>
    </message>
    <message>
        <source>Task loss against baselines</source>
        <translation>Verlust der Aufgabe gegen Vergleichsmodelle</translation>
    </message>
    <message>
        <source>Task loss, nats</source>
        <translation>Verlust der Aufgabe, nat</translation>
    </message>
    <message>
        <source>thin: every step; thick: means of %1 steps</source>
        <translation>dünn: jeder Schritt; dick: Mittel über %1 Schritte</translation>
    </message>
    <message>
        <source>every step is drawn</source>
        <translation>jeder Schritt ist gezeichnet</translation>
    </message>
    <message>
        <source>The model of this run has not made a step yet.</source>
        <translation>Das Modell dieses Laufs hat noch keinen Schritt gemacht.</translation>
    </message>
    <message>
        <source>Loss over %1 steps: %2 at first, %3 at last, of which the task has %4. %5 baselines were trained. The numbers are in the table of this view.</source>
        <translation>Verlust über %1 Schritte: erst %2, zuletzt %3, davon %4 für die Aufgabe. %5 Vergleichsmodelle wurden trainiert. Die Zahlen stehen in der Tabelle dieser Ansicht.</translation>
    </message>
    <message>
        <source>No step has been made yet.</source>
        <translation>Noch ist kein Schritt gemacht.</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>Norm of the gradient</source>
        <translation>Norm des Gradienten</translation>
    </message>
    <message>
        <source>before it is clipped</source>
        <translation>bevor er gekappt wird</translation>
    </message>
    <message>
        <source>Learning rate and norm of the gradient over %1 steps. The rate ends at %2, the norm at %3.</source>
        <translation>Lernrate und Norm des Gradienten über %1 Schritte. Die Rate endet bei %2, die Norm bei %3.</translation>
    </message>
    <message>
        <source>%1: %2 × of full precision</source>
        <translation>%1: %2 × der vollen Genauigkeit</translation>
    </message>
    <message>
        <source>one forward pass of %1 texts of %2 tokens</source>
        <translation>ein Vorwärtslauf von %1 Texten mit %2 Token</translation>
    </message>
    <message>
        <source>%1 (estimate)</source>
        <translation>%1 (Schätzung)</translation>
    </message>
    <message>
        <source>million bit weights</source>
        <translation>Millionen Bit × Gewichte</translation>
    </message>
    <message>
        <source>Time, memory and size are measured when the training ends.</source>
        <translation>Zeit, Speicher und Größe werden am Ende des Trainings gemessen.</translation>
    </message>
    <message>
        <source>This run did not measure: %1.</source>
        <translation>Dieser Lauf hat nicht gemessen: %1.</translation>
    </message>
    <message>
        <source>What models cost. %1. The numbers are in the table of this view.</source>
        <translation>Was Modelle kosten. %1. Die Zahlen stehen in der Tabelle dieser Ansicht.</translation>
    </message>
    <message>
        <source>Metrics are measured on held-out data when the training ends.</source>
        <translation>Maße werden am Ende des Trainings an zurückgehaltenen Daten gemessen.</translation>
    </message>
    <message>
        <source>On the held-out part of the data; bars: ± one standard error</source>
        <translation>An zurückgehaltenen Daten; Balken: ± ein Standardfehler</translation>
    </message>
    <message>
        <source>%1 of %2 models: %3. The numbers are in the table of this view.</source>
        <translation>%1 von %2 Modellen: %3. Die Zahlen stehen in der Tabelle dieser Ansicht.</translation>
    </message>
    <message>
        <source>The trained model on this machine, measured</source>
        <translation>Das trainierte Modell auf diesem Rechner, gemessen</translation>
    </message>
    <message>
        <source>layers of 4 and 6 bit are computed as 8 bit: processors have no narrower products</source>
        <translation>Schichten mit 4 und 6 Bit rechnen mit 8 Bit: Prozessoren haben keine schmaleren Produkte</translation>
    </message>
    <message>
        <source>filled: counted or measured; ring and ≈: estimated by a formula, bits × weights for energy</source>
        <translation>gefüllt: gezählt oder gemessen; Ring und ≈: mit einer Formel geschätzt, Bits × Gewichte für die Energie</translation>
    </message>
    <message>
        <source>block %1</source>
        <translation>Block %1</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>step %1 of %2</source>
        <translation>Schritt %1 von %2</translation>
    </message>
    <message>
        <source>Bits per layer over steps</source>
        <translation>Bits je Schicht über die Schritte</translation>
    </message>
    <message>
        <source>Training loss</source>
        <translation>Verlust beim Training</translation>
    </message>
    <message>
        <source>Learning rate and gradient</source>
        <translation>Lernrate und Gradient</translation>
    </message>
    <message>
        <source>Sensitivity of layers</source>
        <translation>Empfindlichkeit der Schichten</translation>
    </message>
    <message>
        <source>Metrics against baselines</source>
        <translation>Maße gegen Vergleichsmodelle</translation>
    </message>
    <message>
        <source>Confusion of classes</source>
        <translation>Verwechslung der Klassen</translation>
    </message>
    <message>
        <source>Accuracy under quantization noise</source>
        <translation>Genauigkeit bei Quantisierungsrauschen</translation>
    </message>
    <message>
        <source>Time and memory</source>
        <translation>Zeit und Speicher</translation>
    </message>
    <message>
        <source>Size and energy</source>
        <translation>Größe und Energie</translation>
    </message>
    <message>
        <source>Full precision</source>
        <translation>Volle Genauigkeit</translation>
    </message>
    <message>
        <source>Before training</source>
        <translation>Vor dem Training</translation>
    </message>
    <message>
        <source>Float, 32 bit</source>
        <translation>Gleitkomma, 32 Bit</translation>
    </message>
    <message>
        <source>Integers, 8 bit</source>
        <translation>Ganzzahlen, 8 Bit</translation>
    </message>
    <message>
        <source>Weights of 4 bit</source>
        <translation>Gewichte mit 4 Bit</translation>
    </message>
    <message>
        <source>PTQ</source>
        <translation>PTQ</translation>
    </message>
    <message>
        <source>PTQ before training</source>
        <translation>PTQ vor dem Training</translation>
    </message>
    <message>
        <source>Fixed, %1 bit</source>
        <translation>Fest, %1 Bit</translation>
    </message>
    <message>
        <source>LSQ, %1 bit</source>
        <translation>LSQ, %1 Bit</translation>
    </message>
    <message>
        <source>%1, %2 bit</source>
        <translation>%1, %2 Bit</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Präzision</translation>
    </message>
    <message>
        <source>Recall</source>
        <translation>Trefferquote</translation>
    </message>
    <message>
        <source>F1</source>
        <translation>F1</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>BLEU</source>
        <translation>BLEU</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>Laufzeit</translation>
    </message>
    <message>
        <source>Processor time</source>
        <translation>Prozessorzeit</translation>
    </message>
    <message>
        <source>Time in linears</source>
        <translation>Zeit in linearen Schichten</translation>
    </message>
    <message>
        <source>Throughput</source>
        <translation>Durchsatz</translation>
    </message>
    <message>
        <source>Resident memory</source>
        <translation>Arbeitsspeicher</translation>
    </message>
    <message>
        <source>Size on disk</source>
        <translation>Größe auf der Platte</translation>
    </message>
    <message>
        <source>Energy</source>
        <translation>Energie</translation>
    </message>
    <message>
        <source>No training</source>
        <translation>Kein Training</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Nothing to draw yet</source>
        <translation>Noch nichts zu zeichnen</translation>
    </message>
    <message>
        <source>Variance of the gradient</source>
        <translation>Varianz des Gradienten</translation>
    </message>
    <message>
        <source>Variance</source>
        <translation>Varianz</translation>
    </message>
    <message>
        <source>Error of the activations</source>
        <translation>Fehler der Aktivierungen</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Sensitivity, smoothed</source>
        <translation>Empfindlichkeit, geglättet</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>Empfindlichkeit</translation>
    </message>
    <message>
        <source>bit</source>
        <translation>Bit</translation>
    </message>
    <message>
        <source>The first update of the widths is still to come.</source>
        <translation>Die Breiten werden erst noch zum ersten Mal angepasst.</translation>
    </message>
    <message>
        <source>Only --method dsa-qat measures how sensitive layers are.</source>
        <translation>Nur --method dsa-qat misst, wie empfindlich Schichten sind.</translation>
    </message>
    <message>
        <source>%1 updates · terms are divided by their mean over layers before they are added</source>
        <translation>%1 Anpassungen · die Teile werden durch ihr Mittel über die Schichten geteilt, bevor sie addiert werden</translation>
    </message>
    <message>
        <source>%1 of %2 layers at %3 updates. At the last one %4 has the largest value, %5, and %6 the smallest, %7. The numbers are in the table of this view.</source>
        <translation>%1 von %2 Schichten bei %3 Anpassungen. Bei der letzten hat %4 den größten Wert, %5, und %6 den kleinsten, %7. Die Zahlen stehen in der Tabelle dieser Ansicht.</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>gradient variance</source>
        <translation>Varianz des Gradienten</translation>
    </message>
    <message>
        <source>activation error</source>
        <translation>Fehler der Aktivierungen</translation>
    </message>
    <message>
        <source>sensitivity</source>
        <translation>Empfindlichkeit</translation>
    </message>
    <message>
        <source>held back</source>
        <translation>zurückgehalten</translation>
    </message>
    <message>
        <source>back to the width before</source>
        <translation>zurück zur Breite davor</translation>
    </message>
    <message>
        <source>variant</source>
        <translation>Variante</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>task loss</source>
        <translation>Verlust der Aufgabe</translation>
    </message>
    <message>
        <source>penalty</source>
        <translation>Strafe</translation>
    </message>
    <message>
        <source>learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>gradient norm</source>
        <translation>Norm des Gradienten</translation>
    </message>
    <message>
        <source>average bits</source>
        <translation>mittlere Bits</translation>
    </message>
    <message>
        <source>metric</source>
        <translation>Maß</translation>
    </message>
    <message>
        <source>value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>standard error</source>
        <translation>Standardfehler</translation>
    </message>
    <message>
        <source>true class</source>
        <translation>wahre Klasse</translation>
    </message>
    <message>
        <source>predicted class</source>
        <translation>vorhergesagte Klasse</translation>
    </message>
    <message>
        <source>texts</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>level</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>quantity</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>unit</source>
        <translation>Einheit</translation>
    </message>
    <message>
        <source>how</source>
        <translation>wie</translation>
    </message>
    <message>
        <source>estimate</source>
        <translation>Schätzung</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>gemessen</translation>
    </message>
    <message>
        <source>%1 bit</source>
        <translation>%1 Bit</translation>
    </message>
    <message>
        <source>%1 layers</source>
        <translation>%1 Schichten</translation>
    </message>
    <message>
        <source>Step %1, task loss</source>
        <translation>Schritt %1, Verlust der Aufgabe</translation>
    </message>
    <message>
        <source>Step %1</source>
        <translation>Schritt %1</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Order of the layers</source>
        <translation>Ordnung der Schichten</translation>
    </message>
    <message>
        <source>by block</source>
        <translation>nach Block</translation>
    </message>
    <message>
        <source>by kind</source>
        <translation>nach Art</translation>
    </message>
    <message>
        <source>Term of the sensitivity</source>
        <translation>Teil der Empfindlichkeit</translation>
    </message>
    <message>
        <source>Model whose confusion is shown</source>
        <translation>Modell, dessen Verwechslungen zu sehen sind</translation>
    </message>
    <message>
        <source>Reading the run.</source>
        <translation>Der Lauf wird gelesen.</translation>
    </message>
    <message>
        <source>Bits of every layer</source>
        <translation>Bits jeder Schicht</translation>
    </message>
    <message>
        <source>not trained yet</source>
        <translation>noch nicht trainiert</translation>
    </message>
    <message>
        <source>Average bits</source>
        <translation>Mittlere Bits</translation>
    </message>
    <message>
        <source>solid: mean of layers, dashed: mean of weights</source>
        <translation>durchgezogen: Mittel der Schichten, gestrichelt: der Gewichte</translation>
    </message>
    <message>
        <source>Layers that changed</source>
        <translation>Schichten, die wechselten</translation>
    </message>
    <message>
        <source>pale: held back, the gain was too small</source>
        <translation>blass: zurückgehalten, der Gewinn war zu klein</translation>
    </message>
    <message>
        <source>%1 at %2 bit</source>
        <translation>%1 mit %2 Bit</translation>
    </message>
    <message>
        <source>Map of the bits of %1 layers over %2 steps. At the end: %3. %4 changes in %5 updates; %6 were held back. The numbers are in the table of this view.</source>
        <translation>Karte der Bits von %1 Schichten über %2 Schritte. Am Ende: %3. %4 Wechsel bei %5 Anpassungen; %6 wurden zurückgehalten. Die Zahlen stehen in der Tabelle dieser Ansicht.</translation>
    </message>
    <message>
        <source>It trained in full precision: there are no widths.</source>
        <translation>Es wurde mit voller Genauigkeit trainiert: es gibt keine Breiten.</translation>
    </message>
    <message>
        <source>No width has been chosen yet; the first ones come with the first step.</source>
        <translation>Noch ist keine Breite gewählt; die ersten kommen mit dem ersten Schritt.</translation>
    </message>
    <message>
        <source>%1 bit on average</source>
        <translation>%1 Bit im Mittel</translation>
    </message>
    <message>
        <source>%1 × smaller than 32 bit · %2 bit weighted by size</source>
        <translation>%1 × kleiner als 32 Bit · %2 Bit nach Größe gewichtet</translation>
    </message>
    <message>
        <source>%1 changes in %2 updates</source>
        <translation>%1 Wechsel bei %2 Anpassungen</translation>
    </message>
    <message>
        <source>%1 held back by the hysteresis</source>
        <translation>%1 von der Hysterese zurückgehalten</translation>
    </message>
    <message>
        <source>%1 went back to the width before</source>
        <translation>%1 gingen zur Breite davor zurück</translation>
    </message>
    <message>
        <source>Start a training in the menu Run, or open the run of one: finished, or running in another process.</source>
        <translation>Im Menü Lauf ein Training starten oder den Lauf eines Trainings öffnen: fertig oder in einem anderen Prozess am Laufen.</translation>
    </message>
    <message>
        <source>This run was quantized without training. Train… in the menu Run makes runs that were trained.</source>
        <translation>Dieser Lauf wurde ohne Training quantisiert. Trainieren… im Menü Lauf macht trainierte Läufe.</translation>
    </message>
    <message>
        <source>%1 at step %2</source>
        <translation>%1 bei Schritt %2</translation>
    </message>
    <message>
        <source>%1 | %2 bit</source>
        <translation>%1 | %2 Bit</translation>
    </message>
    <message>
        <source>above %1 a layer is better off with %2 bits than with %3</source>
        <translation>über %1 ist eine Schicht mit %2 Bit besser bedient als mit %3</translation>
    </message>
    <message>
        <source>limit between two widths</source>
        <translation>Grenze zwischen zwei Breiten</translation>
    </message>
    <message>
        <source>%1; the hysteresis may hold a change back</source>
        <translation>%1; die Hysterese kann einen Wechsel zurückhalten</translation>
    </message>
    <message>
        <source>Limits: %1.</source>
        <translation>Grenzen: %1.</translation>
    </message>
    <message>
        <source>limit between %1 and %2 bit</source>
        <translation>Grenze zwischen %1 und %2 Bit</translation>
    </message>
    <message>
        <source>on the first %1 of the %2 texts of the test</source>
        <translation>auf den ersten %1 der %2 Texte des Tests</translation>
    </message>
    <message>
        <source>on all %1 texts of the test</source>
        <translation>auf allen %1 Texten des Tests</translation>
    </message>
    <message>
        <source>Train…</source>
        <translation>Trainieren…</translation>
    </message>
</context>
<context>
    <name>Views</name>
    <message>
        <source>Hessian diagonal</source>
        <translation>Hesse-Diagonale</translation>
    </message>
    <message>
        <source>Reconstruction error</source>
        <translation>Rekonstruktionsfehler</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>Diagonal</source>
        <translation>Diagonale</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Bit allocation</source>
        <translation>Bitverteilung</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Hessian map</source>
        <translation>Karte der Hesse-Matrizen</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>Scale trajectory</source>
        <translation>Weg der Skalen</translation>
    </message>
    <message>
        <source>Scales</source>
        <translation>Skalen</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Length tuner</source>
        <translation>Längen abstimmen</translation>
    </message>
    <message>
        <source>Tuner</source>
        <translation>Abstimmen</translation>
    </message>
    <message>
        <source>Lengths and text</source>
        <translation>Längen und Text</translation>
    </message>
    <message>
        <source>Lengths</source>
        <translation>Längen</translation>
    </message>
    <message>
        <source>Compare runs</source>
        <translation>Läufe vergleichen</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>Bewertung</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>more in a wider view</source>
        <translation>mehr bei mehr Breite</translation>
    </message>
</context>
<context>
    <name>Weights</name>
    <message>
        <source>Change ΔW</source>
        <translation>Änderung ΔW</translation>
    </message>
    <message>
        <source>Ŵ − W</source>
        <translation>Ŵ − W</translation>
    </message>
    <message>
        <source>Codes</source>
        <translation>Codes</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>|ΔW| · √E[x²]</source>
        <translation>|ΔW| · √E[x²]</translation>
    </message>
    <message>
        <source>Change in the output</source>
        <translation>Änderung der Ausgabe</translation>
    </message>
    <message>
        <source>Input channel</source>
        <translation>Eingangskanal</translation>
    </message>
    <message>
        <source>Output channel</source>
        <translation>Ausgangskanal</translation>
    </message>
    <message>
        <source>Codes: %1 of %2 used</source>
        <translation>Codes: %1 von %2 benutzt</translation>
    </message>
    <message>
        <source>Share of weights, %</source>
        <translation>Anteil der Gewichte, %</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Weights and what quantization changes</source>
        <translation>Gewichte, und was Quantisierung daran ändert</translation>
    </message>
    <message>
        <source>No weights to show yet</source>
        <translation>Noch keine Gewichte zu zeigen</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>%1 × %2 of %3 × %4 weights drawn</source>
        <translation>%1 × %2 von %3 × %4 Gewichten gezeichnet</translation>
    </message>
    <message>
        <source>colours end at the 99.5th percentile of the magnitude</source>
        <translation>Farben enden beim 99,5-%-Quantil des Betrags</translation>
    </message>
    <message>
        <source>this run recorded no sample of W, so only codes are shown</source>
        <translation>dieser Lauf hat keine Probe von W aufgezeichnet, nur Codes sind zu sehen</translation>
    </message>
    <message>
        <source>upright lines: groups of %1</source>
        <translation>senkrechte Linien: Gruppen von %1</translation>
    </message>
    <message>
        <source>Heat maps of the first %1 rows and %2 columns of %3, and the use of its codes: %4 of %5 codes occur, code %6 the most, for %7 of the weights. The numbers are in the table of this view.</source>
        <translation>Farbkarten der ersten %1 Zeilen und %2 Spalten von %3 und die Nutzung der Codes: %4 von %5 Codes kommen vor, Code %6 am häufigsten, für %7 der Gewichte. Die Zahlen stehen in der Tabelle dieser Ansicht.</translation>
    </message>
    <message>
        <source>row</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>Channel %1</source>
        <translation>Kanal %1</translation>
    </message>
    <message>
        <source>mean of |%1|</source>
        <translation>Mittel von |%1|</translation>
    </message>
    <message>
        <source>largest</source>
        <translation>größtes</translation>
    </message>
    <message>
        <source>Open a run, or start one, to see what it does to the weights.</source>
        <translation>Öffnen oder starten Sie einen Lauf, um zu sehen, was er mit den Gewichten macht.</translation>
    </message>
    <message>
        <source>This run holds no codes for %1.</source>
        <translation>Dieser Lauf enthält keine Codes für %1.</translation>
    </message>
    <message>
        <source>Reading the weights.</source>
        <translation>Gewichte werden gelesen.</translation>
    </message>
    <message>
        <source>Second map</source>
        <translation>Zweite Karte</translation>
    </message>
    <message>
        <source>ΔW</source>
        <translation>ΔW</translation>
    </message>
    <message>
        <source>Impact</source>
        <translation>Wirkung</translation>
    </message>
    <message>
        <source>|ΔW| times the root mean square of the input channel</source>
        <translation>|ΔW| mal Effektivwert des Eingangskanals</translation>
    </message>
    <message>
        <source>W</source>
        <translation>W</translation>
    </message>
    <message>
        <source>%1 × %2 of %3 × %4</source>
        <translation>%1 × %2 von %3 × %4</translation>
    </message>
    <message>
        <source>%1 of %2 codes used</source>
        <translation>%1 von %2 Codes benutzt</translation>
    </message>
    <message>
        <source>baseline: %1</source>
        <translation>Vergleich: %1</translation>
    </message>
</context>
<context>
    <name>qs::BlockBars</name>
    <message>
        <source>Seconds per block</source>
        <translation>Sekunden pro Block</translation>
    </message>
    <message>
        <source>Newest block: %1</source>
        <translation>Neuester Block: %1</translation>
    </message>
</context>
<context>
    <name>qs::ChartView</name>
    <message>
        <source>Show the numbers as a table</source>
        <translation>Zahlen als Tabelle zeigen</translation>
    </message>
    <message>
        <source>Export figure</source>
        <translation>Abbildung exportieren</translation>
    </message>
    <message>
        <source>, numbers</source>
        <translation>, Zahlen</translation>
    </message>
    <message>
        <source>Copy picture and numbers</source>
        <translation>Bild und Zahlen kopieren</translation>
    </message>
    <message>
        <source>Pin what is shown as a ghost</source>
        <translation>Das Gezeigte als Schatten festhalten</translation>
    </message>
    <message>
        <source>pin</source>
        <translation>Festhalten</translation>
    </message>
    <message>
        <source>Stale: %1</source>
        <translation>Veraltet: %1</translation>
    </message>
    <message numerus="yes">
        <source>Copied the picture and %n rows</source>
        <translation>
            <numerusform>Bild und %n Zeile kopiert</numerusform>
            <numerusform>Bild und %n Zeilen kopiert</numerusform>
        </translation>
    </message>
    <message>
        <source>Record again</source>
        <translation>Neu aufnehmen</translation>
    </message>
    <message>
        <source>Start the run once more with what was tried</source>
        <translation>Den Lauf noch einmal starten, mit dem, was ausprobiert wurde</translation>
    </message>
</context>
<context>
    <name>qs::CommandPalette</name>
    <message>
        <source>Search actions, layers, runs</source>
        <translation>Aktionen, Schichten, Läufe suchen</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Gefunden</translation>
    </message>
    <message>
        <source>Nothing found. Layers can be found once they are solved.</source>
        <translation>Nichts gefunden. Schichten sind zu finden, sobald sie gelöst sind.</translation>
    </message>
</context>
<context>
    <name>qs::DemoPicture</name>
    <message>
        <source>Hessian diagonal of a layer of the demo, one curve a sequence length: short sequences in warm colours</source>
        <translation>Hesse-Diagonale einer Schicht des Beispiels, eine Kurve je Sequenzlänge: kurze Sequenzen in warmen Farben</translation>
    </message>
</context>
<context>
    <name>qs::EvaluationDialog</name>
    <message>
        <source>Evaluate</source>
        <translation>Bewerten</translation>
    </message>
    <message>
        <source>All options</source>
        <translation>Alle Optionen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>A value is refused, see above.</source>
        <translation>Ein Wert wird nicht angenommen, siehe oben.</translation>
    </message>
    <message>
        <source>Choose the data to evaluate on.</source>
        <translation>Wählen Sie die Daten, auf denen gemessen wird.</translation>
    </message>
    <message>
        <source>%1 is not there.</source>
        <translation>%1 ist nicht da.</translation>
    </message>
</context>
<context>
    <name>qs::EventModel</name>
    <message>
        <source>Block %1, %2</source>
        <translation>Block %1, %2</translation>
    </message>
    <message>
        <source>Failure</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
    </message>
</context>
<context>
    <name>qs::EventPanel</name>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>Copy all events</source>
        <translation>Alle Ereignisse kopieren</translation>
    </message>
    <message>
        <source>No events</source>
        <translation>Keine Ereignisse</translation>
    </message>
    <message>
        <source>Retries, fallbacks and failures of a run show here, with cause and remedy.</source>
        <translation>Wiederholungen, Ausweichlösungen und Fehler eines Laufs stehen hier, mit Ursache und Abhilfe.</translation>
    </message>
    <message numerus="yes">
        <source>%n in this run</source>
        <translation>
            <numerusform>%n in diesem Lauf</numerusform>
            <numerusform>%n in diesem Lauf</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qs::ExportDialog</name>
    <message>
        <source>Export the quantized weights</source>
        <translation>Quantisierte Gewichte exportieren</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>Blöcke</translation>
    </message>
    <message>
        <source>A complete directory: weights, configuration, tokenizer and a card. The integers are read back and compared; what a loader will not take is said before anything is written.</source>
        <translation>Ein vollständiges Verzeichnis: Gewichte, Konfiguration, Tokenizer und eine Karte. Die ganzen Zahlen werden zurückgelesen und verglichen; was ein Ladeprogramm nicht annimmt, wird gesagt, bevor etwas geschrieben wird.</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>A value is refused, see above.</source>
        <translation>Ein Wert wird nicht angenommen, siehe oben.</translation>
    </message>
    <message>
        <source>Name the folder to write.</source>
        <translation>Nennen Sie den Ordner, der geschrieben wird.</translation>
    </message>
    <message>
        <source>%1 is there already; name a new folder.</source>
        <translation>%1 ist schon da; nennen Sie einen neuen Ordner.</translation>
    </message>
    <message>
        <source>%1 is not there.</source>
        <translation>%1 ist nicht da.</translation>
    </message>
</context>
<context>
    <name>qs::ForecastView</name>
    <message>
        <source>Forecast</source>
        <translation>Vorhersage</translation>
    </message>
    <message>
        <source>time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>disk</source>
        <translation>Platte</translation>
    </message>
    <message>
        <source>free</source>
        <translation>frei</translation>
    </message>
    <message>
        <source>estimate</source>
        <translation>Schätzung</translation>
    </message>
    <message>
        <source>not possible</source>
        <translation>nicht möglich</translation>
    </message>
    <message>
        <source>Needs more memory than the %1 that can be had; use fewer tokens or lengths.</source>
        <translation>Braucht mehr Speicher als die %1, die zu haben sind; weniger Tokens oder Längen helfen.</translation>
    </message>
    <message>
        <source>The disk has little room: parts and the finished file exist together for a moment.</source>
        <translation>Auf der Platte ist wenig Platz: Teile und fertige Datei bestehen kurz nebeneinander.</translation>
    </message>
</context>
<context>
    <name>qs::HessianDiagonalView</name>
    <message>
        <source>First token</source>
        <translation>Erstes Token</translation>
    </message>
    <message>
        <source>All tokens</source>
        <translation>Alle Token</translation>
    </message>
    <message>
        <source>Without first</source>
        <translation>Ohne das erste</translation>
    </message>
    <message>
        <source>Order of channels</source>
        <translation>Reihenfolge der Kanäle</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>Rang</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>length weights</source>
        <translation>Gewichte der Längen</translation>
    </message>
    <message>
        <source>block %1, %2</source>
        <translation>Block %1, %2</translation>
    </message>
</context>
<context>
    <name>qs::JobPanel</name>
    <message>
        <source>Job</source>
        <translation>Auftrag</translation>
    </message>
    <message>
        <source>No job is running</source>
        <translation>Kein Auftrag läuft</translation>
    </message>
    <message>
        <source>Progress, remaining time and the log show here.</source>
        <translation>Fortschritt, Restzeit und Protokoll stehen hier.</translation>
    </message>
    <message>
        <source>Progress of the job</source>
        <translation>Fortschritt des Auftrags</translation>
    </message>
    <message>
        <source>Seconds per block</source>
        <translation>Sekunden pro Block</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Aufträge</translation>
    </message>
    <message>
        <source>Log of the job</source>
        <translation>Protokoll des Auftrags</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Stop after block</source>
        <translation>Nach Block anhalten</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop now; finished blocks are kept and the job can be resumed</source>
        <translation>Sofort anhalten; fertige Blöcke bleiben, und der Auftrag lässt sich fortsetzen</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Start anew</source>
        <translation>Neu beginnen</translation>
    </message>
    <message numerus="yes">
        <source>Start the %n waiting jobs</source>
        <translation>
            <numerusform>Den wartenden Auftrag starten</numerusform>
            <numerusform>Die %n wartenden Aufträge starten</numerusform>
        </translation>
    </message>
    <message>
        <source>starting</source>
        <translation>beginnt</translation>
    </message>
    <message>
        <source>mean of the last %1: %2</source>
        <translation>Mittel der letzten %1: %2</translation>
    </message>
    <message>
        <source>in %1</source>
        <translation>in %1</translation>
    </message>
    <message>
        <source>after %1</source>
        <translation>nach %1</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>pausiert</translation>
    </message>
    <message>
        <source>stopping</source>
        <translation>hält an</translation>
    </message>
    <message>
        <source>≈ %1 left</source>
        <translation>noch ≈ %1</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>Aus der Liste nehmen</translation>
    </message>
    <message>
        <source>Delete what this job finished</source>
        <translation>Löschen, was dieser Auftrag fertig hat</translation>
    </message>
    <message>
        <source>Stop now; finished items are kept where the task has items</source>
        <translation>Sofort anhalten; fertige Aufgaben bleiben, wo es Aufgaben gibt</translation>
    </message>
    <message>
        <source>Stop after step</source>
        <translation>Nach Schritt anhalten</translation>
    </message>
    <message>
        <source>Stop after the step or the measurement in work, with a checkpoint to go on from</source>
        <translation>Nach dem Schritt oder der Messung in Arbeit anhalten, mit einem Sicherungspunkt zum Weitermachen</translation>
    </message>
    <message>
        <source>Stop now, with a checkpoint to go on from to the same result</source>
        <translation>Jetzt anhalten, mit einem Sicherungspunkt, von dem aus dasselbe Ergebnis herauskommt</translation>
    </message>
</context>
<context>
    <name>qs::JobQueue</name>
    <message>
        <source>block %1 finished, %2</source>
        <translation>Block %1 fertig, %2</translation>
    </message>
    <message>
        <source>finished in %1</source>
        <translation>fertig in %1</translation>
    </message>
</context>
<context>
    <name>qs::LayerModel</name>
    <message>
        <source>Block %1</source>
        <translation>Block %1</translation>
    </message>
    <message numerus="yes">
        <source>%n events</source>
        <translation>
            <numerusform>%n Ereignis</numerusform>
            <numerusform>%n Ereignisse</numerusform>
        </translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Error, %</source>
        <translation>Fehler, %</translation>
    </message>
    <message>
        <source>Relative output error of the worst length</source>
        <translation>Relativer Ausgabefehler der schlechtesten Länge</translation>
    </message>
</context>
<context>
    <name>qs::LayerPanel</name>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Filter layers</source>
        <translation>Schichten filtern</translation>
    </message>
    <message>
        <source>Layers appear here
when a run is open.</source>
        <translation>Schichten erscheinen hier,
sobald ein Lauf offen ist.</translation>
    </message>
    <message>
        <source>error of the worst length</source>
        <translation>schlechteste Länge</translation>
    </message>
    <message numerus="yes">
        <source>%n linears brushed</source>
        <translation>
            <numerusform>%n Linearschicht markiert</numerusform>
            <numerusform>%n Linearschichten markiert</numerusform>
        </translation>
    </message>
    <message>
        <source>Filter: “17 down”</source>
        <translation>Filter: „17 down“</translation>
    </message>
</context>
<context>
    <name>qs::LengthChip</name>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>%1, weight %2</source>
        <translation>%1, Gewicht %2</translation>
    </message>
    <message>
        <source>%1, not in the set</source>
        <translation>%1, nicht in der Menge</translation>
    </message>
    <message>
        <source>Arrow keys change the weight, Delete takes the length out</source>
        <translation>Pfeiltasten ändern das Gewicht, Entf nimmt die Länge heraus</translation>
    </message>
    <message>
        <source>Return puts the length in</source>
        <translation>Eingabe nimmt die Länge auf</translation>
    </message>
    <message>
        <source>Click to put %1 into the set</source>
        <translation>Klicken nimmt %1 in die Menge auf</translation>
    </message>
    <message>
        <source>Drag to weight %1; double click takes it out</source>
        <translation>Ziehen gewichtet %1; Doppelklick nimmt sie heraus</translation>
    </message>
    <message>
        <source>%1 are not in this bank: they count from the next run on</source>
        <translation>%1 sind nicht in dieser Bank: Sie zählen ab dem nächsten Lauf</translation>
    </message>
    <message>
        <source>Take %1 out</source>
        <translation>%1 herausnehmen</translation>
    </message>
    <message>
        <source>Put %1 in</source>
        <translation>%1 aufnehmen</translation>
    </message>
</context>
<context>
    <name>qs::LengthTunerView</name>
    <message>
        <source>What if</source>
        <translation>Was wäre, wenn</translation>
    </message>
    <message>
        <source>per channel</source>
        <translation>je Kanal</translation>
    </message>
    <message>
        <source>%1 bit</source>
        <translation>%1 Bit</translation>
    </message>
    <message>
        <source>group %1</source>
        <translation>Gruppe %1</translation>
    </message>
    <message>
        <source>Bits to try</source>
        <translation>Bits zum Probieren</translation>
    </message>
    <message>
        <source>Group size to try</source>
        <translation>Gruppengröße zum Probieren</translation>
    </message>
    <message>
        <source>Method to try</source>
        <translation>Verfahren zum Probieren</translation>
    </message>
    <message>
        <source>damping </source>
        <translation>Dämpfung </translation>
    </message>
    <message>
        <source>Damping to try, percent of the mean</source>
        <translation>Dämpfung zum Probieren, Prozent des Mittels</translation>
    </message>
    <message>
        <source>As the run</source>
        <translation>Wie der Lauf</translation>
    </message>
    <message>
        <source>Back to the lengths and settings of the run</source>
        <translation>Zurück zu den Längen und Einstellungen des Laufs</translation>
    </message>
    <message>
        <source>Use in next run</source>
        <translation>Im nächsten Lauf verwenden</translation>
    </message>
    <message>
        <source>Give these lengths and settings to the next run</source>
        <translation>Diese Längen und Einstellungen dem nächsten Lauf geben</translation>
    </message>
    <message>
        <source>what-if</source>
        <translation>Was-wäre-wenn</translation>
    </message>
    <message>
        <source>block %1 was solved again on trial after this was recorded</source>
        <translation>Block %1 wurde zur Probe neu gelöst, nachdem dies aufgenommen war</translation>
    </message>
    <message>
        <source>The next run gets these lengths and settings</source>
        <translation>Der nächste Lauf bekommt diese Längen und Einstellungen</translation>
    </message>
</context>
<context>
    <name>qs::MainWindow</name>
    <message>
        <source>Nothing to export</source>
        <translation>Nichts zu exportieren</translation>
    </message>
    <message>
        <source>The export was stopped; nothing is left of it</source>
        <translation>Der Export wurde angehalten; nichts ist davon übrig</translation>
    </message>
    <message>
        <source>The project could not be stored or read</source>
        <translation>Das Projekt konnte nicht gespeichert oder gelesen werden</translation>
    </message>
    <message>
        <source>Remove from the project</source>
        <translation>Aus dem Projekt nehmen</translation>
    </message>
    <message>
        <source>Rename a run</source>
        <translation>Lauf umbenennen</translation>
    </message>
    <message>
        <source>Take options from a view</source>
        <translation>Optionen aus einer Ansicht übernehmen</translation>
    </message>
    <message>
        <source>Options of the next run taken over; Ctrl+Z takes them back</source>
        <translation>Optionen für den nächsten Lauf übernommen; Strg+Z nimmt sie zurück</translation>
    </message>
    <message>
        <source>Change %1</source>
        <translation>%1 ändern</translation>
    </message>
    <message>
        <source>The last state that could be read stays in view.</source>
        <translation>Der letzte lesbare Stand bleibt sichtbar.</translation>
    </message>
    <message>
        <source>%1 was written by a newer version</source>
        <translation>%1 wurde von einer neueren Version geschrieben</translation>
    </message>
    <message>
        <source>The run could not be opened</source>
        <translation>Der Lauf konnte nicht geöffnet werden</translation>
    </message>
    <message>
        <source>The baseline could not be opened</source>
        <translation>Der Vergleichslauf konnte nicht geöffnet werden</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>No project</source>
        <translation>Kein Projekt</translation>
    </message>
    <message>
        <source>No run open</source>
        <translation>Kein Lauf offen</translation>
    </message>
    <message>
        <source> › Block %1</source>
        <translation> › Block %1</translation>
    </message>
    <message>
        <source>Quantoscope</source>
        <translation>Quantoscope</translation>
    </message>
    <message>
        <source>Nothing to save</source>
        <translation>Nichts zu speichern</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Gespeichert</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Wird gespeichert…</translation>
    </message>
    <message>
        <source>Baseline: %1</source>
        <translation>Vergleich: %1</translation>
    </message>
    <message>
        <source>Compare with a baseline</source>
        <translation>Mit einem Lauf vergleichen</translation>
    </message>
    <message>
        <source>A job is running</source>
        <translation>Ein Auftrag läuft</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message numerus="yes">
        <source>%n linears solved</source>
        <translation>
            <numerusform>%n Matrix gelöst</numerusform>
            <numerusform>%n Matrizen gelöst</numerusform>
        </translation>
    </message>
    <message>
        <source> · no events</source>
        <translation> · keine Ereignisse</translation>
    </message>
    <message>
        <source> · not finished</source>
        <translation> · nicht fertig</translation>
    </message>
    <message numerus="yes">
        <source>%n failures</source>
        <translation>
            <numerusform>%n Fehler</numerusform>
            <numerusform>%n Fehler</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warnings</source>
        <translation>
            <numerusform>%n Warnung</numerusform>
            <numerusform>%n Warnungen</numerusform>
        </translation>
    </message>
    <message>
        <source>Show the events: %1</source>
        <translation>Ereignisse zeigen: %1</translation>
    </message>
    <message>
        <source>Unpin a layer</source>
        <translation>Schicht lösen</translation>
    </message>
    <message>
        <source>Pin a layer</source>
        <translation>Schicht anheften</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;New project</source>
        <translation>&amp;Neues Projekt</translation>
    </message>
    <message>
        <source>Open &amp;project…</source>
        <translation>&amp;Projekt öffnen…</translation>
    </message>
    <message>
        <source>&amp;Save project</source>
        <translation>Projekt &amp;speichern</translation>
    </message>
    <message>
        <source>Save project &amp;as…</source>
        <translation>Projekt speichern &amp;unter…</translation>
    </message>
    <message>
        <source>Open r&amp;ecent</source>
        <translation>Zuletzt &amp;geöffnet</translation>
    </message>
    <message>
        <source>Choose &amp;model…</source>
        <translation>&amp;Modell wählen…</translation>
    </message>
    <message>
        <source>Choose &amp;text…</source>
        <translation>&amp;Text wählen…</translation>
    </message>
    <message>
        <source>Open &amp;run…</source>
        <translation>&amp;Lauf öffnen…</translation>
    </message>
    <message>
        <source>Open &amp;baseline…</source>
        <translation>&amp;Vergleichslauf öffnen…</translation>
    </message>
    <message>
        <source>Remove baseline</source>
        <translation>Vergleichslauf entfernen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Pin or unpin the layer</source>
        <translation>Schicht an&amp;heften oder lösen</translation>
    </message>
    <message>
        <source>&amp;Filter layers</source>
        <translation>Schichten &amp;filtern</translation>
    </message>
    <message>
        <source>Find action, layer or run…</source>
        <translation>Aktion, Schicht oder Lauf finden…</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>&amp;Einstellungen…</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>Show or &amp;hide</source>
        <translation>&amp;Zeigen oder verbergen</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>&amp;Zurück</translation>
    </message>
    <message>
        <source>&amp;Forward</source>
        <translation>&amp;Vorwärts</translation>
    </message>
    <message>
        <source>&amp;Maximise the view</source>
        <translation>Ansicht &amp;maximieren</translation>
    </message>
    <message>
        <source>&amp;Arrange panels</source>
        <translation>Felder an&amp;ordnen</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>&amp;Anordnung zurücksetzen</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>High contrast, light</source>
        <translation>Hoher Kontrast, hell</translation>
    </message>
    <message>
        <source>High contrast, dark</source>
        <translation>Hoher Kontrast, dunkel</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Lauf</translation>
    </message>
    <message>
        <source>&amp;Start run</source>
        <translation>Lauf &amp;starten</translation>
    </message>
    <message>
        <source>&amp;Pause or resume</source>
        <translation>&amp;Pause oder weiter</translation>
    </message>
    <message>
        <source>Stop &amp;after block</source>
        <translation>&amp;Nach Block anhalten</translation>
    </message>
    <message>
        <source>Stop &amp;now</source>
        <translation>&amp;Sofort anhalten</translation>
    </message>
    <message>
        <source>Start the &amp;waiting jobs</source>
        <translation>&amp;Wartende Aufträge starten</translation>
    </message>
    <message>
        <source>Resume the run that is looked at</source>
        <translation>Den betrachteten Lauf fortsetzen</translation>
    </message>
    <message>
        <source>Look for unfinished runs</source>
        <translation>Nach unfertigen Läufen suchen</translation>
    </message>
    <message>
        <source>Run the &amp;demo</source>
        <translation>&amp;Beispiel starten</translation>
    </message>
    <message>
        <source>F&amp;igure</source>
        <translation>A&amp;bbildung</translation>
    </message>
    <message>
        <source>Export: %1…</source>
        <translation>Exportieren: %1…</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Copy &amp;diagnostics</source>
        <translation>&amp;Diagnose kopieren</translation>
    </message>
    <message>
        <source>Diagnostics copied</source>
        <translation>Diagnose kopiert</translation>
    </message>
    <message>
        <source>&amp;About Quantoscope</source>
        <translation>Ü&amp;ber Quantoscope</translation>
    </message>
    <message>
        <source>Where you are</source>
        <translation>Standort</translation>
    </message>
    <message>
        <source>Choose a baseline, or remove it (Ctrl+Shift+B)</source>
        <translation>Vergleichslauf wählen oder entfernen (Strg+Umschalt+B)</translation>
    </message>
    <message>
        <source>Search actions, layers, runs   Ctrl+K</source>
        <translation>Aktionen, Schichten, Läufe suchen   Strg+K</translation>
    </message>
    <message>
        <source>Search actions, layers, runs</source>
        <translation>Aktionen, Schichten, Läufe suchen</translation>
    </message>
    <message>
        <source>Export figure</source>
        <translation>Abbildung exportieren</translation>
    </message>
    <message numerus="yes">
        <source>CPU, %n threads</source>
        <translation>
            <numerusform>CPU, %n Thread</numerusform>
            <numerusform>CPU, %n Threads</numerusform>
        </translation>
    </message>
    <message>
        <source>Memory in use</source>
        <translation>Belegter Speicher</translation>
    </message>
    <message>
        <source>Memory %1 of %2</source>
        <translation>Speicher %1 von %2</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Block %1 %2</source>
        <translation>Block %1 %2</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>Look at a run</source>
        <translation>Lauf betrachten</translation>
    </message>
    <message>
        <source>Remove the baseline</source>
        <translation>Vergleichslauf entfernen</translation>
    </message>
    <message>
        <source>Set the baseline</source>
        <translation>Vergleichslauf setzen</translation>
    </message>
    <message>
        <source>The project could not be opened</source>
        <translation>Das Projekt konnte nicht geöffnet werden</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Modell wählen</translation>
    </message>
    <message>
        <source>Choose text</source>
        <translation>Text wählen</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>Nicht gefunden</translation>
    </message>
    <message>
        <source>%1 is not there any more; it may have been moved or deleted.</source>
        <translation>%1 ist nicht mehr da; vielleicht wurde es verschoben oder gelöscht.</translation>
    </message>
    <message>
        <source>Not a model</source>
        <translation>Kein Modell</translation>
    </message>
    <message>
        <source>%1 has no config.json; drop the directory that holds it, or a GGUF file.</source>
        <translation>%1 hat keine config.json; legen Sie den Ordner ab, der sie enthält, oder eine GGUF-Datei.</translation>
    </message>
    <message>
        <source>Figures (*.pdf *.svg *.png *.csv *.json)</source>
        <translation>Abbildungen (*.pdf *.svg *.png *.csv *.json)</translation>
    </message>
    <message>
        <source>Written: %1</source>
        <translation>Geschrieben: %1</translation>
    </message>
    <message>
        <source>The figure could not be written</source>
        <translation>Die Abbildung konnte nicht geschrieben werden</translation>
    </message>
    <message>
        <source>Choose a model directory</source>
        <translation>Modellordner wählen</translation>
    </message>
    <message>
        <source>Choose calibration text</source>
        <translation>Kalibriertext wählen</translation>
    </message>
    <message>
        <source>Text (*.txt *.jsonl);;All files (*)</source>
        <translation>Text (*.txt *.jsonl);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open a baseline run</source>
        <translation>Vergleichslauf öffnen</translation>
    </message>
    <message>
        <source>Open a run</source>
        <translation>Lauf öffnen</translation>
    </message>
    <message>
        <source>Runs (*.qsrun)</source>
        <translation>Läufe (*.qsrun)</translation>
    </message>
    <message>
        <source>Open a project</source>
        <translation>Projekt öffnen</translation>
    </message>
    <message>
        <source>Projects (*.qsproject)</source>
        <translation>Projekte (*.qsproject)</translation>
    </message>
    <message>
        <source>Save the project</source>
        <translation>Projekt speichern</translation>
    </message>
    <message>
        <source>The project could not be saved</source>
        <translation>Das Projekt konnte nicht gespeichert werden</translation>
    </message>
    <message>
        <source>Options of the demo</source>
        <translation>Optionen des Beispiels</translation>
    </message>
    <message>
        <source>The demo cannot be started</source>
        <translation>Das Beispiel kann nicht gestartet werden</translation>
    </message>
    <message>
        <source>Demo</source>
        <translation>Beispiel</translation>
    </message>
    <message>
        <source>The run cannot be started</source>
        <translation>Der Lauf kann nicht gestartet werden</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Start anew</source>
        <translation>Neu beginnen</translation>
    </message>
    <message>
        <source>The job was stopped; finished blocks are kept</source>
        <translation>Der Auftrag wurde angehalten; fertige Blöcke bleiben</translation>
    </message>
    <message>
        <source>The job “%1” failed</source>
        <translation>Der Auftrag „%1“ ist gescheitert</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Nothing to resume</source>
        <translation>Nichts fortzusetzen</translation>
    </message>
    <message>
        <source>%1 is finished.</source>
        <translation>%1 ist fertig.</translation>
    </message>
    <message>
        <source>%1 cannot be read.</source>
        <translation>%1 ist nicht lesbar.</translation>
    </message>
    <message>
        <source>Another process is writing %1; it is followed here.</source>
        <translation>Ein anderer Prozess schreibt %1; hier wird er verfolgt.</translation>
    </message>
    <message>
        <source>The jobs that waited could not be read</source>
        <translation>Die wartenden Aufträge konnten nicht gelesen werden</translation>
    </message>
    <message numerus="yes">
        <source>%n jobs were waiting when the program ended</source>
        <translation>
            <numerusform>Ein Auftrag wartete, als das Programm endete</numerusform>
            <numerusform>%n Aufträge warteten, als das Programm endete</numerusform>
        </translation>
    </message>
    <message>
        <source>Start them</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Forget them</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>A run was not finished: %1</source>
        <translation>Ein Lauf ist nicht fertig: %1</translation>
    </message>
    <message>
        <source>%1 of %2 blocks are there; resuming goes on behind them with the same result.
%3</source>
        <translation>%1 von %2 Blöcken sind da; Fortsetzen macht dahinter weiter, mit demselben Ergebnis.
%3</translation>
    </message>
    <message>
        <source>Look at it</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>The queue could not be stored</source>
        <translation>Die Warteschlange konnte nicht gespeichert werden</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>Anhalten und schließen</translation>
    </message>
    <message>
        <source>Closing after the block in progress</source>
        <translation>Schließt nach dem laufenden Block</translation>
    </message>
    <message>
        <source>Stop now</source>
        <translation>Sofort anhalten</translation>
    </message>
    <message>
        <source>Keep running</source>
        <translation>Weiterlaufen lassen</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>Auftrag</translation>
    </message>
    <message>
        <source>Views in this place</source>
        <translation>Ansichten an diesem Ort</translation>
    </message>
    <message>
        <source>Change %1 of a view</source>
        <translation>%1 einer Ansicht ändern</translation>
    </message>
    <message>
        <source>E&amp;xport weights…</source>
        <translation>Gewichte e&amp;xportieren…</translation>
    </message>
    <message>
        <source>&amp;Evaluate…</source>
        <translation>&amp;Bewerten…</translation>
    </message>
    <message>
        <source>Nothing to evaluate</source>
        <translation>Nichts zu bewerten</translation>
    </message>
    <message>
        <source>The run is not finished yet.</source>
        <translation>Der Lauf ist noch nicht fertig.</translation>
    </message>
    <message>
        <source>Open a finished run first.</source>
        <translation>Öffnen Sie erst einen fertigen Lauf.</translation>
    </message>
    <message>
        <source>The run cannot be evaluated</source>
        <translation>Der Lauf lässt sich nicht bewerten</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 is evaluated</source>
        <translation>%1 ist bewertet</translation>
    </message>
    <message>
        <source>The evaluation was stopped; finished items are kept</source>
        <translation>Die Bewertung wurde angehalten; fertige Aufgaben bleiben</translation>
    </message>
    <message>
        <source>The evaluation was stopped</source>
        <translation>Die Bewertung wurde angehalten</translation>
    </message>
    <message>
        <source>Delete what “%1” finished?</source>
        <translation>Löschen, was „%1“ fertig hat?</translation>
    </message>
    <message>
        <source>It cannot be brought back; the job would start anew.</source>
        <translation>Es lässt sich nicht zurückholen; der Auftrag begänne von vorn.</translation>
    </message>
    <message>
        <source>It can stop after the block in progress; what is finished is kept, and the job can be resumed later.</source>
        <translation>Er kann nach dem laufenden Block anhalten; was fertig ist, bleibt, und der Auftrag lässt sich später fortsetzen.</translation>
    </message>
    <message>
        <source>&amp;Train…</source>
        <translation>&amp;Trainieren…</translation>
    </message>
    <message>
        <source>Train the exa&amp;mple…</source>
        <translation>&amp;Beispiel trainieren…</translation>
    </message>
    <message>
        <source>The training cannot be started</source>
        <translation>Das Training kann nicht beginnen</translation>
    </message>
    <message>
        <source>The training was stopped; it can go on from a checkpoint</source>
        <translation>Das Training wurde angehalten; es kann von einem Sicherungspunkt aus weitergehen</translation>
    </message>
    <message>
        <source>The training was stopped</source>
        <translation>Das Training wurde angehalten</translation>
    </message>
    <message>
        <source>%1 was begun on the command line, which can also resume it.</source>
        <translation>%1 wurde auf der Befehlszeile begonnen; sie kann es auch fortsetzen.</translation>
    </message>
    <message>
        <source>%1 of %2 steps are done; resuming goes on behind them with the same result.
%3</source>
        <translation>%1 von %2 Schritten sind getan; Fortsetzen macht dahinter weiter, mit demselben Ergebnis.
%3</translation>
    </message>
    <message>
        <source>A training was not finished: %1</source>
        <translation>Ein Training wurde nicht fertig: %1</translation>
    </message>
    <message>
        <source>A training is running</source>
        <translation>Ein Training läuft</translation>
    </message>
    <message>
        <source>It can stop after the step in progress; resumed later, it comes to the same result as without a break.</source>
        <translation>Es kann nach dem Schritt in Arbeit anhalten; später fortgesetzt, kommt es zum selben Ergebnis wie ohne Pause.</translation>
    </message>
    <message>
        <source>Closing after the step in progress</source>
        <translation>Schließt nach dem Schritt in Arbeit</translation>
    </message>
    <message>
        <source>A training that is not finished</source>
        <translation>Ein Training, das nicht fertig ist</translation>
    </message>
    <message>
        <source>Not kept: another window is open</source>
        <translation>Nicht gesichert: ein anderes Fenster ist offen</translation>
    </message>
    <message>
        <source>The job was stopped</source>
        <translation>Der Auftrag wurde angehalten</translation>
    </message>
    <message>
        <source>Memory %1 of %2, next job ≈ %3</source>
        <translation>Speicher %1 von %2, nächster Auftrag ≈ %3</translation>
    </message>
    <message>
        <source>Record again</source>
        <translation>Neu aufnehmen</translation>
    </message>
</context>
<context>
    <name>qs::MethodPanel</name>
    <message>
        <source>All options</source>
        <translation>Alle Optionen</translation>
    </message>
    <message>
        <source>Show all options</source>
        <translation>Alle Optionen zeigen</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <source>One of the options above is not allowed.</source>
        <translation>Eine der Optionen oben ist nicht erlaubt.</translation>
    </message>
    <message>
        <source>Needs a model and text.</source>
        <translation>Braucht ein Modell und Text.</translation>
    </message>
    <message>
        <source>Needs a model.</source>
        <translation>Braucht ein Modell.</translation>
    </message>
    <message>
        <source>Needs text.</source>
        <translation>Braucht Text.</translation>
    </message>
    <message>
        <source>Add to the queue</source>
        <translation>In die Warteschlange</translation>
    </message>
    <message>
        <source>Start run</source>
        <translation>Lauf starten</translation>
    </message>
</context>
<context>
    <name>qs::NoticeBar</name>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Einzelheiten kopieren</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n weitere</numerusform>
            <numerusform>%n weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qs::OptionForm</name>
    <message>
        <source>Choose: %1</source>
        <translation>Wählen: %1</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Datei wählen…</translation>
    </message>
</context>
<context>
    <name>qs::ProjectModel</name>
    <message>
        <source>opening…</source>
        <translation>wird geöffnet…</translation>
    </message>
    <message>
        <source>unreadable</source>
        <translation>nicht lesbar</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Another process is writing it; it is followed.</source>
        <translation>Ein anderer Prozess schreibt ihn; er wird verfolgt.</translation>
    </message>
    <message>
        <source>Not finished; it can be resumed.</source>
        <translation>Nicht fertig; lässt sich fortsetzen.</translation>
    </message>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>%n gescheitert</numerusform>
            <numerusform>%n gescheitert</numerusform>
        </translation>
    </message>
    <message>
        <source>finished</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>baseline</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>Block %1</source>
        <translation>Block %1</translation>
    </message>
    <message>
        <source>Block %1, %2</source>
        <translation>Block %1, %2</translation>
    </message>
    <message>
        <source>None open</source>
        <translation>Keines offen</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>Noch keine</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Calibration sets</source>
        <translation>Kalibriertexte</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Pinned layers</source>
        <translation>Angeheftete Schichten</translation>
    </message>
    <message>
        <source>training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>not finished</source>
        <translation>nicht fertig</translation>
    </message>
</context>
<context>
    <name>qs::ProjectPanel</name>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>Add to the project</source>
        <translation>Zum Projekt hinzufügen</translation>
    </message>
    <message>
        <source>Look at this run</source>
        <translation>Diesen Lauf betrachten</translation>
    </message>
    <message>
        <source>Use as baseline</source>
        <translation>Als Vergleich nehmen</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Remove from the project</source>
        <translation>Aus dem Projekt nehmen</translation>
    </message>
</context>
<context>
    <name>qs::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Changes are kept at once. Language and size take effect at the next start.</source>
        <translation>Änderungen gelten sofort. Sprache und Größe wirken ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Restore defaults</source>
        <translation>Vorgaben wiederherstellen</translation>
    </message>
</context>
<context>
    <name>qs::StageDots</name>
    <message>
        <source>Prepare</source>
        <translation>Vorbereiten</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Solve</source>
        <translation>Lösen</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Stage of the job</source>
        <translation>Stufe des Auftrags</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Trainieren</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Messen</translation>
    </message>
</context>
<context>
    <name>qs::TokenBar</name>
    <message>
        <source>Recorded: %1 sequences, %2 tokens</source>
        <translation>Aufgezeichnet: %1 Folgen, %2 Token</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>%1 sequences</source>
        <translation>%1 Folgen</translation>
    </message>
</context>
<context>
    <name>qs::TrainingDialog</name>
    <message>
        <source>Train</source>
        <translation>Trainieren</translation>
    </message>
    <message>
        <source>All options</source>
        <translation>Alle Optionen</translation>
    </message>
    <message>
        <source>Start training</source>
        <translation>Training starten</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>Beispiele</translation>
    </message>
    <message>
        <source>Example: %1</source>
        <translation>Beispiel: %1</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>Sprachen</translation>
    </message>
    <message>
        <source>A small new model learns to tell twelve languages apart: half a minute on two cores</source>
        <translation>Ein kleines neues Modell lernt, zwölf Sprachen zu unterscheiden: eine halbe Minute auf zwei Kernen</translation>
    </message>
    <message>
        <source>Languages, compared</source>
        <translation>Sprachen, verglichen</translation>
    </message>
    <message>
        <source>The same beside full precision, 4 and 8 bits, learned steps and rounding afterwards: two minutes on two cores</source>
        <translation>Dasselbe neben voller Genauigkeit, 4 und 8 Bit, gelernten Schrittweiten und Runden danach: zwei Minuten auf zwei Kernen</translation>
    </message>
    <message>
        <source>Demo model</source>
        <translation>Demomodell</translation>
    </message>
    <message>
        <source>The demo model is trained further on English text: a minute on two cores</source>
        <translation>Das Demomodell wird mit englischem Text weiter trainiert: eine Minute auf zwei Kernen</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>From scratch</source>
        <translation>Neues Modell</translation>
    </message>
    <message>
        <source>A value is refused, see above.</source>
        <translation>Ein Wert wird nicht angenommen, siehe oben.</translation>
    </message>
    <message>
        <source>Choose the directory of a model, or begin from scratch.</source>
        <translation>Den Ordner eines Modells wählen oder mit einem neuen Modell beginnen.</translation>
    </message>
    <message>
        <source>%1 is a file; choose a Hugging Face directory, or begin from scratch.</source>
        <translation>%1 ist eine Datei; einen Hugging-Face-Ordner wählen oder mit einem neuen Modell beginnen.</translation>
    </message>
    <message>
        <source>%1 has no config.json; choose the directory of a model, or begin from scratch.</source>
        <translation>%1 hat keine config.json; den Ordner eines Modells wählen oder mit einem neuen Modell beginnen.</translation>
    </message>
    <message>
        <source>Choose a file of texts with labels, or take an example.</source>
        <translation>Eine Datei mit Texten und Klassen wählen oder ein Beispiel nehmen.</translation>
    </message>
    <message>
        <source>Choose text to train on, or take an example.</source>
        <translation>Text zum Trainieren wählen oder ein Beispiel nehmen.</translation>
    </message>
    <message>
        <source>%1 is not there; choose other data.</source>
        <translation>%1 ist nicht da; andere Daten wählen.</translation>
    </message>
    <message>
        <source>%1 is not there; choose another tokenizer, or none: then a token is a byte.</source>
        <translation>%1 ist nicht da; einen anderen Tokenizer wählen oder keinen: dann ist ein Token ein Byte.</translation>
    </message>
    <message>
        <source>%1 is there already; choose another name for the run, or none for a free one.</source>
        <translation>%1 ist schon da; einen anderen Namen für den Lauf wählen oder keinen für einen freien.</translation>
    </message>
</context>
<context>
    <name>qs::Watchdog</name>
    <message>
        <source>p50 %1 ms, p99 %2 ms, worst %3 ms, %4 above %5 ms, of %6 measured</source>
        <translation>p50 %1 ms, p99 %2 ms, größte %3 ms, %4 über %5 ms, von %6 gemessenen</translation>
    </message>
    <message>
        <source>%1 ms: %2 computing, %3 waiting for a processor, %4 for other things; %5</source>
        <translation>%1 ms: %2 gerechnet, %3 auf einen Prozessor gewartet, %4 auf anderes; %5</translation>
    </message>
</context>
<context>
    <name>qs::WelcomePage</name>
    <message>
        <source>See what quantization does to your model</source>
        <translation>Sehen, was Quantisierung mit Ihrem Modell macht</translation>
    </message>
    <message>
        <source>Choose a model and some text, or run the demo to look around first.</source>
        <translation>Wählen Sie ein Modell und etwas Text, oder starten Sie das Beispiel, um sich umzusehen.</translation>
    </message>
    <message>
        <source>Run the demo</source>
        <translation>Beispiel starten</translation>
    </message>
    <message>
        <source>A small language model and four sequence lengths, quantized to 3 bits with MaCa while you watch. Stays on this computer, needs no network, takes a few seconds.</source>
        <translation>Ein kleines Sprachmodell und vier Sequenzlängen, vor Ihren Augen mit MaCa auf 3 Bit quantisiert. Bleibt auf diesem Rechner, braucht kein Netz, dauert wenige Sekunden.</translation>
    </message>
    <message>
        <source>Choose model</source>
        <translation>Modell wählen</translation>
    </message>
    <message>
        <source>A Hugging Face directory or a GGUF file</source>
        <translation>Ein Hugging-Face-Ordner oder eine GGUF-Datei</translation>
    </message>
    <message>
        <source>Ctrl+O</source>
        <translation>Strg+O</translation>
    </message>
    <message>
        <source>Choose text</source>
        <translation>Text wählen</translation>
    </message>
    <message>
        <source>Plain text or JSON lines for calibration</source>
        <translation>Reiner Text oder JSON-Zeilen zum Kalibrieren</translation>
    </message>
    <message>
        <source>Ctrl+T</source>
        <translation>Strg+T</translation>
    </message>
    <message>
        <source>Open run</source>
        <translation>Lauf öffnen</translation>
    </message>
    <message>
        <source>A finished or running run file</source>
        <translation>Ein fertiger oder laufender Lauf</translation>
    </message>
    <message>
        <source>Ctrl+Shift+O</source>
        <translation>Strg+Umschalt+O</translation>
    </message>
    <message>
        <source>Or drop a model directory, a text file or a run file on the window.</source>
        <translation>Oder legen Sie einen Modellordner, eine Textdatei oder einen Lauf auf dem Fenster ab.</translation>
    </message>
    <message>
        <source>Train an example…</source>
        <translation>Ein Beispiel trainieren…</translation>
    </message>
    <message>
        <source>A small new model learns to tell twelve languages apart, with 4, 6 or 8 bits a layer</source>
        <translation>Ein kleines neues Modell lernt, zwölf Sprachen zu unterscheiden, mit 4, 6 oder 8 Bit je Schicht</translation>
    </message>
</context>
</TS>
