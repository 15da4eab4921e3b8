"""First names that people in a shop's mail have most often, but those that are also words."""

from __future__ import annotations

_NAMES = """
aaron abdul abigail adam adele adrian adriana agnes ahmed aisha alan albert alberto alejandra
alejandro aleksander alessandra alessandro alessia alex alexander alexandra alexandre alexis
alfie alfred ali alice alicia alina alison allison alvaro amalia amanda amelia amelie amina amir
amy amélie ana anastasia anaïs anders andrea andreas andrew andrzej andré andrés andy aneta
angela angelika angelina anika anita anja anke anna annabel anne annette annie annika anouk
anthony antje antoine anton antonella antonia antonio archie ariana arnaud arne arthur arturo
ashley astrid audrey aurélie axel ayşe barbara bart bartosz bas beata beatrice beatriz ben
benedikt benjamin bernard bernd bert bertrand beth bettina bianca birgit björn bob boris brandon
brenda brian bridget brigitte bruno caitlin camila camille carina carla carlo carlos carmen
caroline carsten catarina caterina cath catherine cecilia celia charles charlie chiara chloe
chloé chris christa christina christine christoph christophe christopher cindy claire clara
claudia claudio clément colin connor constanze corinna cornelia craig cristina cécile céline
dagmar damian dan daniel daniela daniele danielle danny darren dave david davide debbie deborah
delphine denise dennis derek diana diane didier diego dieter dirk dmitri dominic dominik
dominique donald donna doris dorota dorothea douglas duncan dylan eddie edith eduardo edward
ekaterina elaine eleanor elena eleonora elfriede elias elif elisa elisabeth elizabeth elke ellen
ellie elsa emanuele emil emilia emilie emilio emily emma emmanuel emre enrico enrique eric erik
erin esteban esther eugenia eva evelyn fabian fabio fabrice fatima fatma federica federico felipe
felix fernanda fernando filip filippo fiona florian francesca francesco francisco franck franz
françois françoise frauke fred freddie frederic frederik fredrik friedrich fritz frédéric gabriel
gabriela gabriele gareth gary gavin gemma geoff georg george georges gerald gerd gerhard gertrud
ghislaine giacomo gianluca gillian gina giorgio giovanna giovanni gisela giulia giuseppe gloria
gonçalo gordon graham greg gregor gudrun guillaume guillermo gunnar gustav gérard günter günther
hamza hanna hannah hanne hannelore hannes hans harald harriet harry hassan hazel heather hector
heidi heike heinrich heinz helen helena helga helmut hendrik henri henrik henry herbert hermann
hilary hilda holger horst howard hubert hugh hugo hélène ian ibrahim ida ignacio igor ilaria ilse
imran ines inge ingo ingrid inés irene irina irma isaac isabel isabella isabelle isla ivan jacob
jacqueline jacques jaime jakob jakub james jamie jana jane janet janina jasmin jason javier jean
jeanette jeanne jeff jennifer jenny jens jeremy jerome jessica jesús jill jim jimmy joachim joan
joana joanna joanne jochen jodie joe joel johan johann johanna johannes john johnny jolanta jonas
jonathan joost jorge josef joseph josephine joshua josé joão juan juana judith julia julian
juliana julie julien juliette julio justin justyna jutta jérôme jörg jürgen karen karim karin
karina karl karla karolina karsten kasia katarina katarzyna kate katharina katherine kathleen
kathrin kathy katie katja katrin keith kelly ken kenneth kerstin kevin kim kimberly kirsten
kirsty klaus konrad konstantin krzysztof kurt kyle lara larissa lars laura lauren laurence
laurent lea leah leila lena leo leonardo leonie leslie lewis liam lieke liliana lina linda
lindsay lisa liz lorena lorenzo lotte louis louise loïc luc luca lucas lucia lucie lucy lucía
ludwig luigi luis luisa luiz lukas lydia lynn léa maarten maciej magdalena maike maja malcolm
manfred manon manuel manuela marc marcel marcela marcello marcin marco marcos marcus margaret
margarita margot maria mariam mariana marianne mariano marie marijke marika mario marion marit
marjolein markus marlene marta martha martin martina martine mary maría mateo mateusz mathias
mathieu mathilde matilda matilde matt matteo matthew matthias matthieu maureen maurice mauro
małgorzata megan mehmet melanie melissa mia michael michaela michał michel michele michelle
miguel mikael mike mila miriam mirjam mohamed mohammed moira molly mona monica monika monique
morten muhammad mustafa nadia nadine naomi natalia natalie natasha nathalie nathan neil nicholas
nick nicola nicolas nicole niels nigel nikita niklas nikolai nils nina noah noemi nora norbert
norma noémie olaf oleg olga oliver olivia olivier omar oscar oskar otto owen pablo pamela paola
paolo pascal patricia patrick patrik paul paula pauline paulo pavel pawel paweł pedro peggy peter
petra phil philip philipp philippe pia pierre pieter piotr priya quentin rachel rafael rainer
ralf ralph ramón raphael raquel rebecca regina reiner reinhard renata renate renée ricardo
riccardo richard rita robert roberta roberto roger roland rolf ronald ronan rory rosemarie ross
roxanne ruben rudolf rui russell ruth ryan rüdiger sabina sabine sabrina sally salvatore sam
samantha samira samuel sandra sanne sara sarah sascha scott sean sebastian serge sergio severin
shannon sharon sheila siegfried sigrid silke silvia simon simona simone sinéad siobhan sofie
sonia sonja sophia sophie stacey stefan stefanie stefano steffen stephan stephanie stephen steve
steven stuart stéphane stéphanie susan susana susanna susanne sven svenja svetlana sylvia sylvie
tamara tania tanja tara tatiana ted teresa terry tessa theo theodor theresa thibault thomas
thorsten thérèse tiago tilda tim timothy tina tobias tom tomasz tommaso tomás tony torsten tracy
trevor ulrich ulrike umberto ursula uta uwe valentina valeria valérie vanessa vera verena
veronica vicky victor viktor vincent vincenzo virginie vladimir volker véronique walter waltraud
wanda wendy werner wiebke wilhelm willem william wim wojciech wolfgang xavier yannick yasmin
yolanda yusuf yves yvonne zachary zoe zoë zuzanna álvaro łukasz
"""
FIRST_NAMES = frozenset(_NAMES.split())
"""In lower case. Left out are names that are words, places or goods: Rose, Mark, Jasmine."""
