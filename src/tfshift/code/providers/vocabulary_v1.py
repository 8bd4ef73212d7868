"""Words as numbers, as tf.contrib.learn.preprocessing counts and orders them.

Written by tfshift into this project, because tf.contrib has gone. What tf.contrib pickled with
``save`` names classes of tf.contrib and cannot be restored here; fit again. Nothing of TensorFlow is
needed but its files. You own this file.
"""

import pickle
import re

import numpy as np
import tensorflow as tf

_WORD = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z][a-z]+(?=[A-Z])|[\'\w\-]+", re.UNICODE)


def tokenizer(iterator):
    """Yield the words of each text: runs of capitals, capitalised parts, and other words."""
    for text in iterator:
        yield _WORD.findall(text)


class CategoricalVocabulary(object):
    """Numbers for categories in the order in which they come; 0 stands for what is not known.

    Args:
        unknown_token: what stands for that.
        support_reverse: whether categories can be asked for by their numbers.
    """

    def __init__(self, unknown_token="<UNK>", support_reverse=True):  # noqa: S107 (a word)
        self._unknown_token = unknown_token
        self._support_reverse = support_reverse
        self._freq = {}
        self._freeze = False
        self._start()

    def _start(self):
        self._mapping = {self._unknown_token: 0}
        if self._support_reverse:
            self._reverse_mapping = [self._unknown_token]

    def _append(self, category):
        self._mapping[category] = len(self._mapping)
        if self._support_reverse:
            self._reverse_mapping.append(category)

    def __len__(self):
        return len(self._mapping)

    def freeze(self, freeze=True):
        """Let what is new be 0 from now on, or not any more."""
        self._freeze = freeze

    def get(self, category):
        """Return the number of a category; a new one gets the next one."""
        if category not in self._mapping:
            if self._freeze:
                return 0
            self._append(category)
        return self._mapping[category]

    def add(self, category, count=1):
        """Count a category."""
        if self.get(category) > 0:
            self._freq[category] = self._freq.get(category, 0) + count

    def trim(self, min_frequency, max_frequency=-1):
        """Keep categories counted more often than one number and less often than the other.

        They are numbered by how often they were counted, those counted alike by the alphabet.
        """
        ordered = sorted(self._freq.items(), key=lambda pair: (isinstance(pair[0], str), pair[0]))
        ordered.sort(key=lambda pair: pair[1], reverse=True)
        self._start()
        for category, count in ordered:
            if max_frequency > 0 and count >= max_frequency:
                continue
            if count <= min_frequency:
                break
            self._append(category)
        self._freq = dict(ordered[: len(self._mapping) - 1])

    def reverse(self, class_id):
        """Return the category that has a number."""
        if not self._support_reverse:
            raise ValueError(
                "This vocabulary wasn't initialized with support_reverse to support reverse() function."
            )
        return self._reverse_mapping[class_id]


class VocabularyProcessor(object):
    """Turns texts into rows of numbers of words, all of one length.

    Args:
        max_document_length: how long the rows are: what is longer is cut, what is shorter ends in 0.
        min_frequency: words that come that often or less are not known, if it is more than 0.
        vocabulary: one to begin with.
        tokenizer_fn: gives the words of each of several texts.
    """

    def __init__(self, max_document_length, min_frequency=0, vocabulary=None, tokenizer_fn=None):
        self.max_document_length = max_document_length
        self.min_frequency = min_frequency
        self.vocabulary_ = vocabulary if vocabulary else CategoricalVocabulary()
        self._tokenizer = tokenizer_fn if tokenizer_fn else tokenizer

    def fit(self, raw_documents, unused_y=None):
        """Learn the words of some texts; return the processor."""
        for words in self._tokenizer(raw_documents):
            for word in words:
                self.vocabulary_.add(word)
        if self.min_frequency > 0:
            self.vocabulary_.trim(self.min_frequency)
        self.vocabulary_.freeze()
        return self

    def fit_transform(self, raw_documents, unused_y=None):
        """Learn the words of some texts and yield their rows."""
        self.fit(raw_documents)
        return self.transform(raw_documents)

    def transform(self, raw_documents):
        """Yield a row for each text."""
        for words in self._tokenizer(raw_documents):
            row = np.zeros(self.max_document_length, np.int64)
            for place, word in enumerate(words[: self.max_document_length]):
                row[place] = self.vocabulary_.get(word)
            yield row

    def reverse(self, documents):
        """Yield the text of each row."""
        for row in documents:
            yield " ".join(self.vocabulary_.reverse(number) for number in row)

    def save(self, filename):
        """Write the processor to a file."""
        with tf.io.gfile.GFile(filename, "wb") as file:
            file.write(pickle.dumps(self))

    @classmethod
    def restore(cls, filename):
        """Read a processor that ``save`` of this module wrote; read no file that others may write."""
        with tf.io.gfile.GFile(filename, "rb") as file:
            return pickle.loads(file.read())  # noqa: S301 (as in 1.x: a tokeniser is a function)
