"""What the embed stage found in one article: the vectors and facts that placing and describing work from."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from cluster.content import Keys
from cluster.copies import Sketch
from cluster.event import Facts
from cluster.terms import Terms

ENGINE = "all-MiniLM-L6-v2 onnx-fp32 1"  # what makes vectors today
DIMENSIONS = 384


@dataclass(frozen=True, slots=True)
class Reading:
    """One article, read. Vectors have unit length and are comparable only within one `engine`."""

    article_id: str
    publisher_id: str
    published_at: datetime
    engine: str
    title_vector: NDArray[np.float32]  # [384], of the title
    lead_vector: NDArray[np.float32]  # [384], of the title and the first words of the text
    sketch: Sketch  # of the text's word 4-grams, see copies; empty when the text is too short
    terms: Terms  # of the title and lead
    content: Keys  # what it says, see content
    opening: tuple[str, str]  # the title and the first words of the text
    words: int  # of the text
    facts: Facts
    revision: int = 1  # of the article's text
